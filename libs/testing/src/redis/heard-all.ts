import { randomUUID } from 'node:crypto';
import { type Redis, serversOf } from '@app/redis';
import { until } from '../until';

/**
 * Resolves when a subscriber has heard all that was published on a channel of envelopes before. On a Cluster what is said to one server is heard
 * in order, and in no order with what is said to the others. What it sends are heartbeats.
 */
export async function heardAll(subscriber: Redis, redis: Redis, channel: string): Promise<void> {
  const masters = [...serversOf(redis, 'master').values()];
  const serverId = randomUUID();
  let heard = 0;
  const listen = (_channel: string, payload: string) => {
    if (payload.includes(serverId)) heard += 1;
  };
  subscriber.on('message', listen);
  const envelope = JSON.stringify({ v: 2, serverId, type: 'heartbeat', to: 'all', data: { nonce: '' } });
  await Promise.all(masters.map((master) => master.publish(channel, envelope)));
  await until(() => heard === masters.length, 'all that was published');
  subscriber.off('message', listen);
}
