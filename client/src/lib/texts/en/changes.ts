export const notChanged = {
  notSaved: (why: string) => `Edit not saved. ${why}`,
  notDeleted: (why: string) => `Not deleted. ${why}`,
  conflict: 'You changed it on another device. Which text shall stay?',
  locked: 'It can no longer be changed.',
  yours: 'Your text',
  useMine: 'Use my text',
  keepPresent: 'Keep the present text',
};

export const emptyEdit = {
  title: 'Delete this message?',
  text: 'You removed all of its text.',
};
