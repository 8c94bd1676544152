export const app = {
  loading: 'Loading',
  unreachable: 'The server cannot be reached. Trying again every few seconds.',
  tryNow: 'Try now',
  skip: 'Skip to the conversation',
  newConversation: 'New conversation',
  showPeople: 'Show people',
  signOut: 'Sign out',
  notSignedOut: (why: string) => `Not signed out. ${why}`,
  onlineCount: (count: number) => `${count} online`,
  roomBegins: (room: string) => `This is where ${room} begins.`,
  directBegins: (name: string) => `This is the beginning of your conversation with ${name}. Nobody else can read it.`,
};
