export const settings = {
  settings: 'Settings',
  close: 'Close',
  notLoaded: 'The settings could not be loaded. Try again when you are online.',
  unsentTitle: (count: number) => (count === 1 ? '1 message was not sent' : `${count} messages were not sent`),
  draftsTitle: (count: number) => (count === 1 ? 'You have begun a message' : `You have begun ${count} messages`),
  draftsToo: (count: number) => (count === 1 ? 'You have begun another one.' : `You have begun ${count} others.`),
  unsentText: (count: number): string =>
    count === 1 ? 'If you sign out now, it is lost.' : 'If you sign out now, they are lost.',
  stay: 'Stay signed in',
  signOutAnyway: 'Sign out anyway',
};
