import { CALLS } from '@app/contracts';

// What is left of a call's request beside what its path holds.
export const editBodySchema = CALLS['message.edit'].request.omit({ id: true });
export const readBodySchema = CALLS['room.read'].request.omit({ roomId: true });
export const postMessageBodySchema = CALLS.message.request.omit({ roomId: true });
export const openRoomSchema = CALLS['room.open'].request;
