import { randomBytes } from 'node:crypto';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import { PresenceStore } from '../hub/presence/presence.store';
import type { GatewayFeature, Handlers } from '../transport/binder';

/** Named rooms, where they take more than to pass a call on. */
@Injectable()
export class NamedRooms implements GatewayFeature {
  constructor(
    private readonly streams: StreamsClient,
    private readonly presence: PresenceStore,
  ) {}

  readonly handlers: Handlers = {
    'room.create': ({ key = randomBytes(12).toString('base64url'), ...room }, { user, context }) =>
      this.streams.call('rooms.create', { ...room, key, userId: user.id }, { key: `${user.id}:${key}`, context }),
    members: async (request, { user, context }) => {
      const { members, next } = await this.streams.call('rooms.members', { ...request, userId: user.id }, { context });
      const online = await this.presence.areOnline(members.map(({ id }) => id));
      const listed = members.map((member, i) => ({ ...member, online: online[i] ?? false }));
      return { members: listed, ...(next !== undefined && { next }) };
    },
  };
}
