export const notices = {
  /** The page's title. */
  title: (unread: number | '99+', room?: string) =>
    `${unread !== 0 ? `(${unread}) ` : ''}${room === undefined ? '' : `${room} · `}redis-chat`,
  mentioned: (name: string, room: string) => `${name} in ${room}`,
  offer: 'Get notified of messages to you?',
  turnOn: 'Turn on',
  notNow: 'Not now',
  mute: 'Mute',
  unmute: 'Unmute',
  muted: 'muted',
};
