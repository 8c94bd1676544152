import { randomBytes } from 'node:crypto';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';

/** Who this gateway is: never the same again after a restart, so that nobody takes it for its dead predecessor. */
@Injectable()
export class GatewayIdentity {
  readonly id: string;
  /** The number in its name; a front keeps polling clients on their gateway by it. */
  readonly number: string | undefined;

  constructor(@Inject(CONFIG) config: Config) {
    const name = config.GATEWAY_ID ?? 'gateway';
    this.id = `${name}-${randomBytes(5).toString('hex')}`;
    this.number = /\d+$/.exec(config.GATEWAY_ID ?? '')?.[0];
  }
}
