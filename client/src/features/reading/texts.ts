/** What is not read, and that it is. */
export const en = {
  title: 'Not read',
  count: (count: number) => `${count} new`,
  countSince: (count: number, time: string) => `${count} new since ${time}`,
  jump: 'Jump',
  markRead: 'Mark as read',
};

export const de: typeof en = {
  title: 'Ungelesen',
  count: (count) => (count === 1 ? '1 neue' : `${count} neue`),
  countSince: (count, time) => `${count} neu seit ${time}`,
  jump: 'Hinspringen',
  markRead: 'Als gelesen markieren',
};
