import type { RoomPart } from '../features/messages/conversation';
import { typing } from '../features/typing/typing';

/** What features add to each room. */
export const ROOM_PARTS: readonly RoomPart[] = [typing];
