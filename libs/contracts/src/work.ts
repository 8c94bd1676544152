import { z } from 'zod';
import { roomIdSchema, userIdSchema } from './ids';
import {
  aroundSchema,
  clientIdSchema,
  cursorSchema,
  deleteRequestSchema,
  editRequestSchema,
  HARD_MESSAGE_LENGTH,
  messageIdSchema,
  messageSchema,
  pageSchema,
  positionSchema,
  readAnswerSchema,
  readRequestSchema,
  roomSummarySchema,
  shownRoomSchema,
  syncAnswerSchema,
  syncRequestSchema,
} from './messages';
import {
  accountSchema,
  newPasswordSchema,
  passwordSchema,
  registrationStateSchema,
  signInNameSchema,
  usernameSchema,
  userSchema,
} from './users';

/** The services that take work. Its stream is `work:{service}`, its events arrive at `events:{service}`. */
export const SERVICES = ['auth', 'rooms', 'messages'] as const;
export type ServiceName = (typeof SERVICES)[number];

interface Work<Req extends z.ZodType, Res extends z.ZodType> {
  /** A query is dropped once its caller gave up; a command stays until handled and may be repeated under its key. */
  kind: 'query' | 'command';
  request: Req;
  reply: Res;
  /**
   * Fields that Redis must never hold: the transport seals them where the request is made and opens them where it is handled.
   * Data with one go nowhere else either (dead letters, logs).
   */
  sealed?: readonly string[];
  /** Its dead letters go without the data, which may be text that is to be gone. */
  unkept?: true;
}
interface More<Req extends z.ZodType> {
  sealed?: readonly (keyof z.input<Req> & string)[];
  unkept?: true;
}
const query = <Req extends z.ZodType, Res extends z.ZodType>(
  request: Req,
  reply: Res,
  more: More<Req> = {},
): Work<Req, Res> => ({ kind: 'query', request, reply, ...more });
const command = <Req extends z.ZodType, Res extends z.ZodType>(
  request: Req,
  reply: Res,
  more: More<Req> = {},
): Work<Req, Res> => ({ kind: 'command', request, reply, ...more });

const ids = z.array(userIdSchema).max(500);
/** Any strings: `online_users` holds whatever a demo server's clients called themselves. */
const possibleIds = z
  .array(z.string())
  .max(500)
  .transform((list) => list.filter((id) => userIdSchema.safeParse(id).success));
const roomIds = z.array(roomIdSchema).max(500);
/** By whom time is shared out where work waits: stands for an address, and does not tell it. */
const queueKeySchema = z.string().max(40).optional();
const oneUser = z.strictObject({ userId: userIdSchema });
const limit = z.number().int().min(1).max(1000);

/** Requests between services: pattern `{service}.{verb}`, sent to that service's work stream. */
export const WORK = {
  'auth.register': command(
    z.strictObject({
      username: usernameSchema,
      password: passwordSchema,
      client: queueKeySchema,
      /** As the demo does; outside production alone. */ anyPassword: z.boolean().optional(),
    }),
    userSchema,
    {
      sealed: ['password'],
    },
  ),
  /** `unauthorized`; `forbidden` when the password is right and the account lets nobody in. */
  'auth.verify': query(
    z.strictObject({ username: signInNameSchema, password: passwordSchema, client: queueKeySchema }),
    userSchema.extend({ /** Compare with `auth.credentials` once there is a session. */ credentials: z.number() }),
    {
      sealed: ['password'],
    },
  ),
  'auth.registration': query(z.strictObject({}), z.strictObject({ registration: registrationStateSchema })),
  /** Whose name this is, as far as it is one user's; for the log. */
  'auth.identify': query(
    z.strictObject({ username: signInNameSchema }),
    z.strictObject({ userId: userIdSchema.nullable() }),
  ),
  /** How often what lets a user in was changed or taken away: a session begun with another number is over. */
  'auth.credentials': query(oneUser, z.strictObject({ version: z.number(), suspended: z.boolean() })),
  /** Another password for who knows the present one. `forbidden` otherwise. */
  'auth.password': command(
    oneUser.extend({ password: passwordSchema, newPassword: newPasswordSchema, client: queueKeySchema }),
    z.strictObject({}),
    { sealed: ['password', 'newPassword'] },
  ),
  /** A new account, whoever else may register: at an operator's word, as all that follow. */
  'auth.add': command(z.strictObject({ username: usernameSchema, password: newPasswordSchema }), userSchema, {
    sealed: ['password'],
  }),
  /** Another password. */
  'auth.reset': command(oneUser.extend({ password: newPasswordSchema }), z.strictObject({}), { sealed: ['password'] }),
  'auth.suspend': command(oneUser.extend({ suspended: z.boolean() }), z.strictObject({})),
  'auth.account': query(
    z.strictObject({ userId: userIdSchema.optional(), username: signInNameSchema.optional() }),
    accountSchema,
  ),
  'auth.accounts': query(
    z.strictObject({ after: userIdSchema.optional(), limit }),
    z.strictObject({ accounts: z.array(accountSchema), next: userIdSchema.nullable() }),
  ),
  /** Accounts that let nobody in, whatever the password: the demo's people in production. */
  'auth.disabled': query(z.strictObject({}), z.strictObject({ userIds: z.array(userIdSchema) })),
  /** Unknown ids are left out, and so is what is no id. */
  'auth.users': query(z.strictObject({ ids: possibleIds }), z.strictObject({ users: z.array(userSchema) })),
  'auth.list': query(
    z.strictObject({ after: userIdSchema.optional(), limit }),
    z.strictObject({ users: z.array(userSchema), next: userIdSchema.nullable() }),
  ),
  'rooms.list': query(
    z.strictObject({ userId: userIdSchema, after: roomIdSchema.optional() }),
    z.strictObject({
      rooms: z.array(roomSummarySchema),
      /** The user's list holds what is no room id. */
      malformed: z.boolean(),
      /** There are more rooms, after this one. */
      next: roomIdSchema.optional(),
    }),
  ),
  /** The same rooms with no more than the names of named ones; direct ones are called by their users'. */
  'rooms.shown': query(
    z.strictObject({ userId: userIdSchema, after: roomIdSchema.optional() }),
    z.strictObject({
      rooms: z.array(z.strictObject({ id: roomIdSchema, name: z.string().nullable() })),
      malformed: z.boolean(),
      next: roomIdSchema.optional(),
    }),
  ),
  /** The rooms whose news these users hear, direct ones without a message included, with the version of each list. */
  'rooms.memberships': query(
    z.strictObject({ userIds: ids }),
    z.strictObject({
      memberships: z.array(z.strictObject({ userId: userIdSchema, version: z.number(), roomIds: z.array(z.string()) })),
    }),
  ),
  'rooms.open': command(z.strictObject({ userId: userIdSchema, otherId: userIdSchema }), shownRoomSchema),
  /** `forbidden` when not a member; says nothing else. */
  'rooms.authorize': query(z.strictObject({ userId: userIdSchema, roomId: roomIdSchema }), z.strictObject({})),
  /** Moves a user's mark of what is read in a room, forward only. `forbidden` when not a member. */
  'rooms.read': command(readRequestSchema.extend({ userId: userIdSchema }), readAnswerSchema),
  'messages.append': command(
    z.strictObject({
      userId: userIdSchema,
      roomId: roomIdSchema,
      message: z.string().min(1).max(HARD_MESSAGE_LENGTH),
      clientId: clientIdSchema,
    }),
    messageSchema,
  ),
  /** `conflict`: somebody's edit was first; the message is as it is. `not_found`, `forbidden` else. */
  'messages.edit': command(
    editRequestSchema.extend({ userId: userIdSchema }),
    z.strictObject({ message: messageSchema, conflict: z.literal(true).optional() }),
    { unkept: true },
  ),
  'messages.delete': command(deleteRequestSchema.extend({ userId: userIdSchema }), messageSchema),
  /** `not_found` also where the room is not the user's to read. */
  'messages.get': query(z.strictObject({ userId: userIdSchema, id: messageIdSchema }), messageSchema),
  'messages.page': query(
    z.strictObject({
      userId: userIdSchema,
      roomId: roomIdSchema,
      before: cursorSchema.optional(),
      after: cursorSchema.optional(),
      around: aroundSchema.optional(),
      limit,
    }),
    pageSchema,
  ),
  /** The demo's pages, newest first. Without a user: General only. */
  'messages.slice': query(
    z.strictObject({
      userId: userIdSchema.nullable(),
      roomId: roomIdSchema,
      offset: z.number().int().nonnegative(),
      size: limit,
    }),
    z.strictObject({ messages: z.array(messageSchema) }),
  ),
  'messages.sync': query(syncRequestSchema.extend({ userId: userIdSchema, limit }), syncAnswerSchema),
  /** What a gateway that was deaf asks: `sync` for rooms rather than for a user. */
  'messages.missed': query(syncRequestSchema.extend({ limit }), syncAnswerSchema),
  /** Those of these rooms in which something was said. */
  'messages.begun': query(z.strictObject({ roomIds }), z.strictObject({ roomIds })),
  /** The newest message and the position of each room; null and 0 for a room without one. */
  'messages.heads': query(
    z.strictObject({ roomIds }),
    z.strictObject({
      epoch: z.string(),
      heads: z.array(
        z.strictObject({ roomId: z.string(), message: messageSchema.nullable(), position: positionSchema }),
      ),
    }),
  ),
} as const;

export type WorkPattern = keyof typeof WORK;
export type WorkRequest<P extends WorkPattern> = z.input<(typeof WORK)[P]['request']>;
export type WorkReply<P extends WorkPattern> = z.output<(typeof WORK)[P]['reply']>;
/** A request as its handler gets it: parsed, defaults filled in. */
export type WorkParsed<P extends WorkPattern> = z.output<(typeof WORK)[P]['request']>;

interface EventContract<S extends z.ZodType> {
  data: S;
  /** Who hears of it; each has a stream of its own. */
  subscribers: readonly ServiceName[];
}
const event = <S extends z.ZodType>(data: S, subscribers: readonly ServiceName[]): EventContract<S> => ({
  data,
  subscribers,
});

/** Facts that other services act upon. */
export const EVENTS = {
  'user.registered': event(userSchema, ['rooms']),
  /** A direct room got its first message. */
  'room.started': event(z.strictObject({ roomId: roomIdSchema }), ['rooms']),
} as const;

export type EventPattern = keyof typeof EVENTS;
export type EventData<E extends EventPattern> = z.output<(typeof EVENTS)[E]['data']>;

/** The service a pattern belongs to. */
export function serviceOf(pattern: WorkPattern): ServiceName {
  return pattern.slice(0, pattern.indexOf('.')) as ServiceName;
}
