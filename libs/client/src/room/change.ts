import type { Message } from '@app/contracts';

/** What an operation did, for the owner to tell others. */
export interface Change {
  /** Messages that newly became part of the room, in order; not history that was merely loaded. */
  added: Message[];
  /** Messages that have another state than was known, and tombstones. */
  changed: Message[];
  /** Own messages that turned out to be stored. */
  settled: { clientId: string; message: Message }[];
}

export const none = (): Change => ({ added: [], changed: [], settled: [] });
