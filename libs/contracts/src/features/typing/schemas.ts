import { z } from 'zod';
import { roomIdSchema, userIdSchema } from '../../ids';

export const typingRequestSchema = z.strictObject({ roomId: roomIdSchema });
export type TypingRequest = z.infer<typeof typingRequestSchema>;

export const typingAnswerSchema = z.strictObject({});

/** Somebody is writing in a room; good for a few seconds. */
export const typingSchema = z.strictObject({ roomId: roomIdSchema, userId: userIdSchema });
export type Typing = z.infer<typeof typingSchema>;
