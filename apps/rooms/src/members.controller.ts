import {
  ChatError,
  type Role,
  type RoomMember,
  type RoomView,
  roleOf,
  type User,
  userActor,
  type WorkParsed,
  type WorkReply,
} from '@app/contracts';
import { type CallContext, StreamsClient, WorkContext } from '@app/streams';
import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { type MemberAct, MembersStore, type PeoplePage } from './members.store';
import { requireNamed } from './named-rooms.controller';
import { NamedRoomsStore } from './named-rooms.store';

/** Of a page of people, when nobody says. */
const LISTED = 50;

interface OfMember {
  userId: string;
  roomId: string;
  memberId: string;
}

/** Who is in named rooms. */
@Controller()
export class MembersController {
  constructor(
    private readonly store: MembersStore,
    private readonly rooms: NamedRoomsStore,
    private readonly streams: StreamsClient,
  ) {}

  @MessagePattern('rooms.enter')
  async enter(
    @Payload() { userId, roomId }: WorkParsed<'rooms.enter'>,
    @Ctx() context: WorkContext,
  ): Promise<RoomView> {
    await this.change(context, 'enter', { userId, roomId, memberId: userId });
    return this.rooms.view(context.actor ?? userActor(userId), roomId);
  }

  @MessagePattern('rooms.leave')
  async leave(@Payload() { userId, roomId }: WorkParsed<'rooms.leave'>, @Ctx() context: WorkContext): Promise<object> {
    await this.change(context, 'leave', { userId, roomId, memberId: userId });
    // The last one who leaves archives it.
    await this.rooms.settleAll(roomId);
    return {};
  }

  @MessagePattern('rooms.add')
  async add(@Payload() request: WorkParsed<'rooms.add'>, @Ctx() context: WorkContext): Promise<RoomMember> {
    return { userId: request.memberId, role: await this.change(context, 'add', request) };
  }

  @MessagePattern('rooms.appoint')
  async appoint(@Payload() request: WorkParsed<'rooms.appoint'>, @Ctx() context: WorkContext): Promise<RoomMember> {
    return { userId: request.memberId, role: await this.change(context, 'appoint', request, request.role) };
  }

  @MessagePattern('rooms.remove')
  async remove(@Payload() request: WorkParsed<'rooms.remove'>, @Ctx() context: WorkContext): Promise<object> {
    await this.change(context, 'remove', request);
    return {};
  }

  @MessagePattern('rooms.ban')
  async ban(@Payload() request: WorkParsed<'rooms.ban'>, @Ctx() context: WorkContext): Promise<object> {
    await this.change(context, 'ban', request);
    return {};
  }

  @MessagePattern('rooms.unban')
  async unban(@Payload() request: WorkParsed<'rooms.unban'>, @Ctx() context: WorkContext): Promise<object> {
    await this.change(context, 'unban', request);
    return {};
  }

  @MessagePattern('rooms.hand')
  async hand(
    @Payload() { userId, roomId, memberId }: WorkParsed<'rooms.hand'>,
    @Ctx() context: WorkContext,
  ): Promise<RoomView> {
    const actor = context.actor ?? userActor(userId);
    await this.rooms.view(actor, requireNamed(roomId));
    const [from, to] = await this.named([userId, memberId], context);
    await this.store.hand(actor, roomId, from ?? nobody(userId), to ?? nobody(memberId));
    return this.rooms.view(actor, roomId);
  }

  @MessagePattern('rooms.members')
  async members(
    @Payload() { userId, roomId, limit = LISTED, q, role, after }: WorkParsed<'rooms.members'>,
    @Ctx() context: WorkContext,
  ): Promise<WorkReply<'rooms.members'>> {
    const actor = context.actor ?? userActor(userId);
    const asked = { ...(q !== undefined && { q }), ...(role && { role }), ...(after !== undefined && { after }) };
    const page = await this.store.members(actor, requireNamed(roomId), limit, asked);
    const users = await this.usersOf(page, context);
    const members = page.people.flatMap(({ id, letter }) => {
      const [user, is] = [users.get(id), roleOf(letter)];
      return user && is ? [{ ...user, role: is }] : [];
    });
    return { members, ...(page.next !== undefined && { next: page.next }) };
  }

  @MessagePattern('rooms.bans')
  async bans(
    @Payload() { userId, roomId, after }: WorkParsed<'rooms.bans'>,
    @Ctx() context: WorkContext,
  ): Promise<WorkReply<'rooms.bans'>> {
    const page = await this.store.banned(context.actor ?? userActor(userId), requireNamed(roomId), LISTED, after);
    const users = await this.usersOf(page, context);
    return {
      users: page.people.flatMap(({ id }) => users.get(id) ?? []),
      ...(page.next !== undefined && { next: page.next }),
    };
  }

  @MessagePattern('rooms.left')
  async left(@Payload() { rooms }: WorkParsed<'rooms.left'>): Promise<WorkReply<'rooms.left'>> {
    const left = await Promise.all(rooms.map(({ roomId, rev }) => this.store.left(roomId, rev)));
    return { rooms: rooms.map(({ roomId }, i) => ({ roomId, userIds: left[i] ?? [] })) };
  }

  private async change(
    context: WorkContext,
    act: MemberAct,
    { userId, roomId, memberId }: OfMember,
    role?: Role,
  ): Promise<Role | null> {
    const actor = context.actor ?? userActor(userId);
    requireNamed(roomId);
    // Who may not know the room is told so before anything is said of the other.
    if (memberId !== userId) await this.rooms.view(actor, roomId);
    const [subject] = await this.named([memberId], context);
    if (!subject && (act === 'add' || act === 'enter')) throw new ChatError('not_found', 'No such user');
    return this.store.change(actor, act, roomId, subject ?? nobody(memberId), role);
  }

  private async named(ids: string[], context: CallContext): Promise<(User | undefined)[]> {
    const { users } = await this.streams.call('auth.users', { ids: [...new Set(ids)] }, { context });
    return ids.map((id) => users.find((user) => user.id === id));
  }

  private async usersOf({ people }: PeoplePage, context: CallContext): Promise<Map<string, User>> {
    if (people.length === 0) return new Map();
    const { users } = await this.streams.call('auth.users', { ids: people.map(({ id }) => id) }, { context });
    return new Map(users.map((user) => [user.id, user]));
  }
}

/** An account that is no more. */
const nobody = (id: string): User => ({ id, username: '' });
