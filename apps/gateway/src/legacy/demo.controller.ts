import { randomInt } from 'node:crypto';
import {
  CALLS,
  ChatError,
  directRoomId,
  directUsers,
  GENERAL,
  may,
  type Presence,
  parse,
  roomIdSchema,
  type ShownRoom,
  type User,
  type WorkReply,
} from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { type CallContext, StreamsClient } from '@app/streams';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { clientKey } from '../auth/client-address';
import { Context, Costs, CurrentUser } from '../auth/guards';
import { Limits } from '../auth/limits';
import { PasswordSignIn } from '../auth/password-sign-in';
import { People } from '../features/people';
import { SignInService } from '../features/sign-in.service';
import { DemoRoutes } from './demo-routes.guard';
import { DemoSignedIn } from './demo-signed-in.guard';
import { InContext } from './in-context';
import { InOrder } from './in-order';
import { demoCredentialsSchema, demoIds, demoPage, demoRoomSchema } from './legacy-requests';
import { RANDOM_NAMES } from './random-names';

const JSON_TYPE = 'application/json; charset=utf-8';
/** What stands before the list in the answer of `messages.slice`. */
const SLICE_START = '{"messages":';

/** Pages of our list of rooms that make up the demo's whole one. */
const DEMO_ROOM_PAGES = 3;
const ROOMS_COST = DEMO_ROOM_PAGES * CALLS.rooms.cost;

/** The demo's HTTP routes, as its own client calls them (its socket events: `demo-socket.ts`). */
@Controller()
@UseGuards(DemoRoutes)
@UseInterceptors(InContext)
export class DemoController {
  constructor(
    private readonly streams: StreamsClient,
    private readonly signIn: SignInService,
    private readonly passwords: PasswordSignIn,
    private readonly people: People,
    private readonly limits: Limits,
    private readonly inOrder: InOrder,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('links')
  links() {
    return { github: this.config.DEMO_LINK };
  }

  @Get('randomname')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  randomName(): string {
    return RANDOM_NAMES[randomInt(RANDOM_NAMES.length)] ?? 'Robin';
  }

  @Get('me')
  me(@Req() { user }: Request, @Res() response: Response): void {
    response.json(user ? { id: user.id, username: user.username } : null);
  }

  /** Signs in; an unknown name is registered where that is allowed. */
  @Post('login')
  async login(@Req() request: Request, @Res({ passthrough: true }) response: Response, @Body() body: unknown) {
    const { username, password } = parse(demoCredentialsSchema, body ?? {});
    const user = await this.verifyOrRegister(request, response, username, password);
    if (user) return user;
    response.status(404);
    return { message: 'Invalid username or password' };
  }

  @Post('logout')
  @HttpCode(200)
  @UseGuards(DemoSignedIn)
  async logout(@Req() request: Request): Promise<string> {
    await this.signIn.end(request);
    return 'OK';
  }

  @Post('room')
  @UseGuards(DemoSignedIn)
  open(@CurrentUser() { id }: User, @Context() context: CallContext, @Body() body: unknown): Promise<ShownRoom> {
    const { user1, user2 } = parse(demoRoomSchema, body ?? {});
    if (user1 === user2) throw new ChatError('invalid', 'user1, user2: must be two users');
    const roomId = directRoomId(user1, user2);
    if (!may(context.actor, 'join', roomId)) throw new ChatError('forbidden', 'Not a room of yours');
    const otherId = id === user1 ? user2 : user1;
    return this.streams.call('rooms.open', { userId: id, otherId }, { key: `open:${roomId}`, context });
  }

  /** General's newest messages, passed on as they come. */
  @Get('room/0/preload')
  @Header('Content-Type', JSON_TYPE)
  async preload(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<string> {
    await this.allowVisitor(request, response, CALLS['room.page'].cost);
    const request0 = { userId: null, roomId: GENERAL, offset: 0, size: this.config.DEMO_PRELOAD_SIZE };
    const slice = await this.streams.callForText('messages.slice', request0, { context: request.context });
    return `{"id":"${GENERAL}","name":"General",${slice.slice(1)}`;
  }

  /** A list of messages, passed on as it comes and in the order of the requests: this client mixes two pages of which the older comes late. */
  @Get('room/:id/messages')
  @Header('Content-Type', JSON_TYPE)
  @Costs(CALLS['room.page'].cost)
  @UseGuards(DemoSignedIn)
  async messages(
    @CurrentUser() { id }: User,
    @Param('id') roomId: string,
    @Query() query: unknown,
    @Req() { sessionID, context }: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const turn = this.inOrder.enter(sessionID, response);
    const request = { userId: id, roomId: parse(roomIdSchema, roomId), ...demoPage(query, this.config) };
    const slice = await this.streams.callForText('messages.slice', request, { context });
    await turn;
    return slice.slice(SLICE_START.length, -1);
  }

  @Get('users/online')
  @Costs(CALLS['users.online'].cost)
  @UseGuards(DemoSignedIn)
  async online(@CurrentUser() user: User): Promise<Record<string, Presence>> {
    // The demo's client asks while it connects, and has the name over its own messages from here alone. It knows no pages.
    return byId([...(await this.people.online()).users, { ...user, online: true }]);
  }

  @Get('users')
  async users(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Record<string, Presence>> {
    await this.allowVisitor(request, response, CALLS.users.cost);
    const ids = demoIds(request.originalUrl);
    if (!ids) throw new ChatError('not_found', 'ids[]: are required');
    return byId(await this.people.byIds(ids));
  }

  @Get('rooms/:userId')
  @Costs(ROOMS_COST)
  @UseGuards(DemoSignedIn)
  async rooms(
    @CurrentUser() { id }: User,
    @Context() context: CallContext,
    @Param('userId') userId: string,
  ): Promise<ShownRoom[]> {
    if (userId !== id) throw new ChatError('forbidden', "Not the caller's own");
    const shown: ShownRoom[] = [];
    let bytes = DEMO_ROOM_PAGES * this.config.ANSWER_BYTES;
    // The demo's client knows no pages.
    for (let after: string | undefined, pages = 0; pages < DEMO_ROOM_PAGES && bytes > 0; pages++) {
      const asked = { userId, ...(after && { after }) };
      const { rooms, malformed, next } = await this.streams.call('rooms.shown', asked, { context });
      if (malformed) throw new ChatError('invalid', 'The list holds what is no room');
      for (const room of await this.withNames(rooms)) {
        bytes -= Buffer.byteLength(JSON.stringify(room));
        if (bytes > 0 || shown.length === 0) shown.push(room);
      }
      if (!next) break;
      after = next;
    }
    return shown;
  }

  /** Direct rooms bear the names of their users; one of somebody unknown is none. */
  private async withNames(rooms: WorkReply<'rooms.shown'>['rooms']): Promise<ShownRoom[]> {
    const userIds = rooms.flatMap(({ id, name }) => (name === null ? (directUsers(id) ?? []) : []));
    const users = await this.people.named([...new Set(userIds)]);
    const byUser = new Map(users.map(({ id, username }) => [id, username]));
    return rooms.flatMap(({ id, name }) => {
      const names = name === null ? (directUsers(id) ?? []).map((user) => byUser.get(user)) : [name];
      return names.includes(undefined) ? [] : [{ id, names: names as string[] }];
    });
  }

  /** The user and the right status; undefined: refused. */
  private async verifyOrRegister(
    request: Request,
    response: Response,
    username: string,
    password: string,
  ): Promise<User | undefined> {
    try {
      const { credentials, ...user } = await this.passwords.verify(request, { username, password });
      response.status(200);
      return await this.signIn.begin(request, user, credentials);
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'unauthorized') throw error;
    }
    if (!this.config.DEMO_REGISTER) return undefined;
    try {
      const user = await this.signIn.register(request, { username, password, anyPassword: true });
      response.status(201);
      return user;
    } catch (error) {
      // the name is known: it was the password that was wrong
      if (error instanceof ChatError && (error.code === 'conflict' || error.code === 'forbidden')) return undefined;
      throw error;
    }
  }

  private async allowVisitor(request: Request, response: Response, cost: number): Promise<void> {
    if (!request.user && !this.config.DEMO_PRELOAD) throw new ChatError('forbidden', 'Not signed in');
    await this.limits.beginRequest(request.user?.id ?? clientKey(request.ip ?? ''), cost, response);
  }
}

function byId(users: readonly Presence[]): Record<string, Presence> {
  return Object.fromEntries(users.map((user) => [user.id, user]));
}
