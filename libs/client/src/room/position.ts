import { type Message, type Position, revOf } from '@app/contracts';

/** Before anything is known of a room. */
export const nowhere = (roomId: string): Position => ({ roomId, seq: 0, id: '', rev: 0 });

/**
 * Compares a message, or a state of one, with a position in its room.
 * @returns `known`: the position stays; `next`: the position advances; `ahead`: something between is missing
 */
export function stepTo({ seq, rev }: Message, position: Position): 'known' | 'next' | 'ahead' {
  if (seq === undefined) return 'next';
  const clock = revOf({ seq, rev });
  const known = revOf(position);
  if (seq > position.seq + 1 || clock > known + 1) return 'ahead';
  // Where a sync was cut, the clock is ahead of the place.
  return seq > position.seq || clock > known ? 'next' : 'known';
}

/** The position once it has advanced by a message that is `next`. */
export function after({ seq, rev, id }: Message, position: Position): Position {
  if (seq === undefined) return position;
  const clock = Math.max(revOf(position), revOf({ seq, rev }));
  return seq > position.seq ? { ...position, seq, id, rev: clock } : { ...position, rev: clock };
}
