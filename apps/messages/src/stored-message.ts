import { type Message, messageSchema, readForeignMessage } from '@app/contracts';

/**
 * A message as it lies in the sorted set: ours as it is, one of a demo server's made readable.
 * @param member the sorted set's member
 * @param score Unix seconds
 * @returns undefined for what is no message at all
 */
export function readStored(member: string, score: number, roomId: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(member);
  } catch {
    return undefined;
  }
  if (isRecord(value) && typeof value.seq === 'number') {
    const ours = messageSchema.safeParse(value);
    if (ours.success) return ours.data;
  }
  return readForeignMessage(value, roomId, score);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
