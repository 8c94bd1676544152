import { CALLS, type CallName, call, callNamed } from '@app/contracts';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { Limits } from '../auth/limits';
import { type AnyAsked, Binder, type GatewayFeature, type Handlers } from './binder';
import { CoalescingAdapter } from './coalescing-adapter';
import type { Shared } from './connection';
import { bindRoutes } from './http-binder';
import { SocketBinder } from './socket-binder';

const limits = { begin: async () => () => undefined, beginRequest: async () => undefined } as unknown as Limits;
const binder = new Binder({} as never, limits, {} as never);

/** Everybody may join, nobody anything else. */
const bind = (features: readonly GatewayFeature[], calls?: Parameters<Binder['bind']>[2]) =>
  binder.bind(features, (_socket, action) => action === 'join', calls);

describe('at start', () => {
  const names = Object.keys(CALLS) as CallName[];
  const own = names.filter((name) => callNamed(name).work === undefined);
  const answering = (some: readonly string[]): GatewayFeature => ({
    handlers: Object.fromEntries(some.map((name) => [name, () => ({})])) as Handlers,
  });

  it('a definition is enough for a call that is only passed on', () => {
    expect(own.length).toBeLessThan(names.length);
    expect(bind([answering(own)]).map(({ name }) => name)).toEqual(names);
  });

  it('a gateway does not start without a handler for every other call', () => {
    expect(() => bind([answering(own.filter((name) => name !== 'typing'))])).toThrow('calls without a handler: typing');
  });

  it('nor with two for one, or one for none', () => {
    expect(() => bind([answering(own), answering(['typing'])])).toThrow('two features answer typing');
    expect(() => bind([answering([...own, 'waving'])])).toThrow('handlers without a call: waving');
  });
});

describe('a new call needs its definition and its handler', () => {
  const wave = call({
    request: z.strictObject({ roomId: z.string(), times: z.number() }),
    answer: z.strictObject({ by: z.string(), waved: z.number() }),
    socket: true,
    http: { method: 'PUT', path: '/api/rooms/:roomId/wave', status: 201 },
    may: 'send',
    decided: 'service',
    doc: { tag: 'Rooms and messages', summary: 'Wave' },
  });
  const handlers = {
    wave: ({ times }: z.output<typeof wave.request>, { user }: AnyAsked) => ({ by: user?.id, waved: times }),
  } as Handlers;
  const calls = bind([{ handlers }], { wave });
  const user = { id: '1', username: 'Ann' };

  /** Asks over HTTP. @returns what was answered, or thrown */
  async function put(body: unknown, who: typeof user | undefined = user, query: object = {}): Promise<unknown> {
    const routes = new Map<string, RequestHandler>();
    const adapter = { put: (path: string, handle: RequestHandler) => routes.set(path, handle) };
    const parts = new Map<unknown, unknown>([
      [Binder, binder],
      [Limits, limits],
    ]);
    const app = { get: (part: unknown) => parts.get(part), getHttpAdapter: () => adapter };
    return new Promise((resolve) => {
      const errors = { respond: (error: unknown) => resolve(error) };
      bindRoutes(app as unknown as NestExpressApplication, calls, errors as never);
      let status = 0;
      const response = {
        status: (code: number) => {
          status = code;
        },
        json: (answer: unknown) => resolve([status, answer]),
      };
      const request = { headers: {}, params: { roomId: '0' }, query, body, user: who, context: { requestId: 'r' } };
      routes.get('/api/rooms/:roomId/wave')?.(request as unknown as Request, response as unknown as Response, () => 0);
    });
  }

  /** Asks on a socket. */
  async function emit(body: unknown): Promise<unknown> {
    const served: string[] = [];
    let call: Shared['call'] = () => undefined;
    const connections = {
      serve: (names: string[], serve: Shared['call']) => {
        served.push(...names);
        call = serve;
      },
    };
    const sockets = new SocketBinder(binder, connections as never, { socket: () => undefined } as never, {} as never);
    sockets.bind(calls);
    expect(served).toEqual(['wave']);
    return new Promise((resolve) => {
      const adapter = Object.create(CoalescingAdapter.prototype, {
        answer: { value: (_socket: unknown, id: string, json: string) => resolve([id, JSON.parse(json)]) },
      });
      call({ data: { user }, nsp: { adapter } } as never, 'wave', [body], '7');
    });
  }

  it('over HTTP', async () => {
    expect(await put({ times: 2 })).toEqual([201, { by: '1', waved: 2 }]);
    expect(await put({ times: 'x' })).toMatchObject({ code: 'invalid' });
    // What the path holds is nowhere else.
    expect(await put({ times: 2, roomId: '7' })).toMatchObject({ code: 'invalid' });
    expect(await put({ times: 2 }, user, { times: '3' })).toMatchObject({ code: 'invalid' });
    expect(await put({ times: 2 }, null as never)).toMatchObject({ code: 'unauthorized' });
  });

  it('and on a socket', async () => {
    expect(await emit({ roomId: '0', times: 2 })).toEqual(['7', { ok: true, by: '1', waved: 2 }]);
    expect(await emit({ roomId: '0' })).toMatchObject(['7', { ok: false, error: { code: 'invalid' } }]);
  });
});

describe('a right in a room that no service decides on', () => {
  const knock = (may: 'join' | 'send') =>
    call({
      request: z.strictObject({ roomId: z.string() }),
      answer: z.strictObject({}),
      socket: true,
      may,
      doc: { tag: 'Rooms and messages', summary: 'Knock' },
    });
  const handlers = { knock: () => ({ heard: true }) } as Handlers;
  const serve = (may: 'join' | 'send') => bind([{ handlers }], { knock: knock(may) })[0]?.serve;

  it('is checked before its handler', () => {
    expect(serve('join')?.({ roomId: '7' } as never, {} as never)).toEqual({ heard: true });
    expect(() => serve('send')?.({ roomId: '7' } as never, {} as never)).toThrow('Not a member');
  });

  it('is none over HTTP, where nothing is known of rooms', () => {
    const overHttp = { ...knock('join'), http: { method: 'PUT', path: '/api/rooms/:roomId/knock' } } as const;
    expect(() => bind([{ handlers }], { knock: overHttp })).toThrow('calls whose right nobody checks: knock');
  });
});
