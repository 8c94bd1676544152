import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import type { GatewayFeature, Handlers } from '../transport/binder';

/** Rooms, where they are asked for in other words than the service's. */
@Injectable()
export class Rooms implements GatewayFeature {
  constructor(private readonly streams: StreamsClient) {}

  readonly handlers: Handlers = {
    rooms: async (query, { user, context }) => {
      const { rooms, next } = await this.streams.call('rooms.list', { userId: user.id, ...query }, { context });
      return { rooms, ...(next && { next }) };
    },
    'room.open': ({ userId: otherId }, { user, context }) =>
      this.streams.call('rooms.open', { userId: user.id, otherId }, { context }),
    'room.join': (roomId, { user, context }) =>
      this.streams.call('rooms.authorize', { userId: user.id, roomId }, { context }),
  };
}
