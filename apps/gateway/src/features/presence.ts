import { Injectable } from '@nestjs/common';
import { PresenceNews } from '../hub/presence/presence-news';
import type { GatewayFeature, Handlers } from '../transport/binder';

/** Who is online, in step with the news on a socket. */
@Injectable()
export class Presence implements GatewayFeature {
  constructor(private readonly news: PresenceNews) {}

  readonly handlers: Handlers = { online: ({ after }) => this.news.snapshot(after) };
}
