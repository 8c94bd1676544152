import { channelsOf, type Redis } from '@app/redis';
import { type Cluster, Person, until } from '@app/testing';
import { atOnce } from '../../scripts/lib/at-once.mjs';
import type { Random } from '../chaos/random';
import { httpCase, type Route, routesOf } from './cases/http';
import { frameCase, pollingCase } from './cases/packets';
import { envelopeCase, workCase } from './cases/redis';
import { exchange, RawWebSocket } from './wire';

export const KINDS = ['http', 'frames', 'polling', 'work', 'envelopes'] as const;
export type Kind = (typeof KINDS)[number];

/** Cases under way at once. */
const AT_ONCE = 16;
/** An answer that a server gives for a fault of its own; 501 and 505 are what HTTP says to what it does not speak. */
const OWN_FAULT = /^HTTP\/1\.1 (?!501|503|505)5\d\d/;

/** Who sends hostile cases: somebody signed in, and who reaches Redis. */
export class Attackers {
  private joe: Person | undefined;
  private guests = 0;

  private constructor(
    private readonly cluster: Cluster,
    private readonly redis: Redis,
    private readonly routes: readonly Route[],
  ) {}

  static async gather(cluster: Cluster, redis: Redis): Promise<Attackers> {
    const description = await fetch(`${cluster.gateway(0).url}/api/docs/openapi.json`);
    return new Attackers(cluster, redis, routesOf((await description.json()) as Parameters<typeof routesOf>[0]));
  }

  /** Sends `count` cases of a kind. @returns answers that no case may get */
  async attack(kind: Kind, count: number, random: Random): Promise<string[]> {
    switch (kind) {
      case 'http':
        return this.requests(count, random);
      case 'frames':
        return this.frames(count, random);
      case 'polling':
        return this.polls(count, random);
      case 'work':
        return this.work(count, random);
      case 'envelopes':
        return this.envelopes(count, random);
    }
  }

  private async requests(count: number, random: Random): Promise<string[]> {
    const found: string[] = [];
    let cookie = await this.cookie();
    await atOnce(count, AT_ONCE, async (i) => {
      if (i % 25 === 24) cookie = await this.cookie();
      const request = httpCase(random, this.routes, cookie);
      const answer = await exchange(this.port(i), request);
      if (OWN_FAULT.test(answer)) found.push(`${answer.slice(0, 12)} to ${quote(request)}`);
    });
    return found;
  }

  private async frames(count: number, random: Random): Promise<string[]> {
    let socket: RawWebSocket | undefined;
    for (let i = 0; i < count; i++) {
      if (!socket?.isOpen) socket = await RawWebSocket.open(this.port(i), await this.cookie());
      socket.write(frameCase(random));
      if (i % 10 === 9) await new Promise(setImmediate);
      // The half of a frame that is never completed would swallow all that follows.
      if (i % 50 === 49) socket.close();
    }
    socket?.close();
    return [];
  }

  private async polls(count: number, random: Random): Promise<string[]> {
    const found: string[] = [];
    await atOnce(count, AT_ONCE, async (i) => {
      const url = `http://127.0.0.1:${this.port(i)}/socket.io/?EIO=4&transport=polling`;
      const headers = { cookie: await this.cookie(), 'content-type': 'text/plain;charset=UTF-8' };
      const opened = await (await fetch(url, { headers })).text();
      const sid = /"sid":"([^"]+)"/.exec(opened)?.[1];
      if (!sid) return void found.push(`no handshake: ${opened.slice(0, 200)}`);
      const post = (body: string | Buffer) =>
        fetch(`${url}&sid=${sid}`, { method: 'POST', headers, body: body as BodyInit }).then(
          ({ status }) => status,
          () => 0,
        );
      await post('40{"protocol":1}');
      const body = pollingCase(random);
      const status = await post(body);
      if (status >= 500 && status !== 503) found.push(`${status} to the packets ${quote(body)}`);
      await post('1');
    });
    return found;
  }

  private async work(count: number, random: Random): Promise<string[]> {
    const streams = new Set<string>();
    await atOnce(count, AT_ONCE, async () => {
      const { stream, fields } = workCase(random);
      streams.add(stream);
      await this.redis.call('XADD', stream, '*', ...fields);
    });
    const emptied = async (stream: string) => (await this.redis.xlen(stream)) === 0;
    try {
      for (const stream of streams) await until(() => emptied(stream), `an empty ${stream}`, 60_000);
      return [];
    } catch (error) {
      return [String(error)];
    }
  }

  private async envelopes(count: number, random: Random): Promise<string[]> {
    const { messages, news } = channelsOf(this.redis);
    await atOnce(count, AT_ONCE, async () => {
      await this.redis.publish(random.pick([messages, news]), envelopeCase(random));
    });
    return [];
  }

  /** A cookie that is good now: cases sign out as well. */
  private async cookie(): Promise<string> {
    if (!(await this.joe?.get('/api/session'))?.body.user) {
      const { url } = this.cluster.gateway(0);
      // A case may have known the password, and changed it.
      this.joe = await Person.signIn(url, 'Joe').catch((error: Error) => {
        if (!error.message.includes('could not sign in: 401')) throw error;
        return Person.register(url, `Guest ${++this.guests}`);
      });
    }
    return this.joe?.cookie ?? '';
  }

  private port(i: number): number {
    return this.cluster.gateway(i % this.cluster.gateways.length).port;
  }
}

const quote = (bytes: Buffer) => JSON.stringify(bytes.toString('latin1').slice(0, 1500));
