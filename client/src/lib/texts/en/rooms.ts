export const rooms = {
  rooms: 'Rooms',
  direct: 'Direct messages',
  noDirect: 'Nobody yet. Choose somebody under People to talk in private.',
  noMessages: 'No messages yet',
  /** The last message in a list, with its sender. */
  lastBy: (name: string, message: string) => `${name}: ${message}`,
  lastByYou: (message: string) => `You: ${message}`,
  unread: (count: number) => `${count} new`,
  unreadRooms: (count: number) => `${count} unread`,
  notSent: 'Not sent',
  deleted: 'Message deleted',
  /** Names of rooms whose own is not known. */
  unnamedRoom: 'Room',
  unnamedDirect: 'Conversation',
};
