import type { KeptHistory, KeptList } from '@app/client';
import { messageSchema, positionSchema, readView, roomSummarySchema, type User, userSchema } from '@app/contracts';
import { z } from 'zod';

// What is on the device may be of another version, or damaged. A later server's additions do no harm.
const room = readView(roomSummarySchema);
const listSchema = z.object({
  epoch: z.string(),
  maxMessageLength: z.number().int().positive(),
  rooms: z.array(z.unknown()),
});
const historySchema = z.object({
  roomId: z.string(),
  epoch: z.string(),
  position: readView(positionSchema),
  messages: readView(z.array(messageSchema)),
  isWhole: z.boolean(),
});
const namesSchema = readView(z.array(userSchema));

/** A list as it was kept, if it is one, without what is no room in it. */
export function readList(value: unknown): KeptList | undefined {
  const { data: list } = listSchema.safeParse(value);
  return list && { ...list, rooms: list.rooms.flatMap((each) => room.safeParse(each).data ?? []) };
}

/** A history as it was kept, if it is one: with a message that is none there would be a hole in it. */
export function readHistory(value: unknown): KeptHistory | undefined {
  const { data: history } = historySchema.safeParse(value);
  if (!history || history.position.roomId !== history.roomId) return undefined;
  if (history.messages.some(({ roomId }) => roomId !== history.roomId)) return undefined;
  return history.messages.length > 0 || history.isWhole ? history : undefined;
}

/** Names as they were kept. */
export const readNames = (value: unknown): User[] => namesSchema.safeParse(value).data ?? [];
