import { Connection } from './connection';
import type { LinkHandlers } from './link';
import { Simulation } from './testing/simulation';

const DAY_MS = 24 * 60 * 60_000;

describe('the connection of a ChatClient', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  it('tells when it will try again, and tries at once when asked to', async () => {
    const s = new Simulation();
    expect(s.client.state).toEqual({ status: 'connecting' });
    s.client.connect();
    s.failLink();
    expect(s.client.state).toEqual({ status: 'reconnecting', retryAt: Date.now() + 1600 });
    s.client.retryNow();
    expect(s.link).toBe('opening');
    s.stepLink();
    s.stepLink();
    expect(s.client.state).toEqual({ status: 'online' });
  });

  it('waits longer after each failure, up to 15 s, and less after a connection that lasted', async () => {
    const s = new Simulation();
    s.client.connect();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      s.failLink();
      const { state } = s.client;
      waits.push(state.status === 'reconnecting' ? state.retryAt - Date.now() : 0);
      s.client.retryNow();
    }
    expect(waits).toEqual([1600, 3100, 6100, 7600, 7600, 7600, 7600, 7600]);
    s.stepLink();
    s.stepLink();
    await s.run(60_000);
    s.dropLink();
    expect(s.client.state).toEqual({ status: 'reconnecting', retryAt: Date.now() + 1600 });
  });

  it('does not come back together with all others of a dead gateway', () => {
    const waits = Array.from({ length: 10_000 }, (_, i) => {
      const s = new Simulation(undefined, { random: () => i / 10_000 });
      s.client.connect();
      s.stepLink();
      s.stepLink();
      s.dropLink();
      const { state } = s.client;
      s.client.disconnect();
      return state.status === 'reconnecting' ? state.retryAt - Date.now() : 0;
    });
    for (let second = 0; second < 3000; second += 250) {
      expect(waits.filter((wait) => wait >= second && wait < second + 1000).length).toBeLessThan(4000);
    }
  });

  it('tries again when the server says no hello', async () => {
    const s = new Simulation();
    s.client.connect();
    s.stepLink();
    await s.run(30_000);
    expect(s.client.state.status).toBe('reconnecting');
    await s.run(1600);
    expect(s.link).toBe('opening');
  });

  it('tries again when an attempt does not end', async () => {
    const s = new Simulation();
    s.client.connect();
    await s.run(30_000);
    expect(s.client.state.status).toBe('reconnecting');
    await s.run(1600);
    expect(s.link).toBe('opening');
  });

  it('tries again when the transport breaks before the handshake is answered', () => {
    const attempts: LinkHandlers[] = [];
    let handlers: LinkHandlers;
    const connection = new Connection({
      createLink: (given) => {
        handlers = given;
        return { open: () => attempts.push(handlers), close: () => {}, call: () => Promise.reject(new Error()) };
      },
      random: () => 0,
      now: Date.now,
      changed: () => {},
      heard: () => {},
    });
    connection.open();
    attempts[0]?.lost();
    expect(connection.state.status).toBe('reconnecting');
    jest.advanceTimersByTime(500);
    expect(attempts).toHaveLength(2);
    connection.close();
  });

  it('takes a connection that answers nothing, and on which nothing else is heard, for dead', async () => {
    let handlers: LinkHandlers | undefined;
    let opened = 0;
    const connection = new Connection({
      createLink: (given) => {
        handlers = given;
        const call = (_event: string, _payload: unknown, timeoutMs: number) =>
          new Promise((_resolve, reject) => setTimeout(() => reject(new Error('timeout')), timeoutMs));
        return { open: () => void opened++, close: () => {}, call };
      },
      random: () => 0,
      now: Date.now,
      changed: () => {},
      heard: () => {},
    });
    const becomeOnline = () => {
      handlers?.opened();
      handlers?.heard('hello', undefined);
    };
    connection.open();
    becomeOnline();
    await jest.advanceTimersByTimeAsync(1000);
    const unanswered = expect(connection.call('sync', {})).rejects.toMatchObject({ code: 'unavailable' });
    await jest.advanceTimersByTimeAsync(4000);
    handlers?.heard('message', {});
    await jest.advanceTimersByTimeAsync(4000);
    await unanswered;
    expect(connection.state.status).toBe('online');

    const silent = expect(connection.call('sync', {})).rejects.toMatchObject({ code: 'unavailable' });
    await jest.advanceTimersByTimeAsync(8000);
    await silent;
    expect(connection.state.status).toBe('reconnecting');
    await jest.advanceTimersByTimeAsync(500);
    expect(opened).toBe(2);
    connection.close();
  });

  it.each([
    ['is refused', (s: Simulation) => s.failLink(true)],
    ['ends the session', (s: Simulation) => [s.stepLink(), s.tell('session.ended', undefined), s.hear(0)]],
    [
      'greets somebody else',
      (s: Simulation) => [s.stepLink(), s.tell('hello', { user: { id: '2', username: 'Joe' } }), s.hear(0)],
    ],
  ])('gives up for good when the server %s', async (_, refuse) => {
    const s = new Simulation();
    const opened = s.client.open('0');
    s.client.connect();
    refuse(s);
    expect(s.client.state).toEqual({ status: 'signed-out' });
    s.failCall(0);
    await expect(opened).rejects.toMatchObject({ code: 'unavailable' });
    await s.run(DAY_MS);
    s.client.connect();
    s.client.retryNow();
    expect(s.link).toBe('closed');
  });

  it('gives up when the API finds the session gone', async () => {
    const s = new Simulation();
    s.refusals.push({ path: 'GET /api/rooms', error: { code: 'unauthorized', message: 'Sign in' } });
    s.client.connect();
    s.stepLink();
    s.stepLink();
    await s.run();
    await s.answer('GET /api/rooms');
    expect(s.client.state).toEqual({ status: 'signed-out' });
  });

  it('closes for good', async () => {
    const s = await Simulation.online();
    const opened = s.client.open('7');
    s.client.disconnect();
    s.failCall(0);
    await expect(opened).rejects.toMatchObject({ code: 'unavailable' });
    await s.run(DAY_MS);
    expect(s.link).toBe('closed');
    expect(s.calls).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  describe('in a browser', () => {
    let page: EventTarget & { visibilityState: string };
    let window: EventTarget;
    let network: boolean;
    let handlers: LinkHandlers;
    let opened: number;
    let calls: string[];
    /** What the next calls end with. */
    let answer: () => Promise<unknown>;
    let connection: Connection;
    const before: [string, PropertyDescriptor | undefined][] = [];
    const silence = (timeoutMs: number) =>
      new Promise((_resolve, reject) => setTimeout(() => reject(new Error('timeout')), timeoutMs));

    beforeEach(() => {
      page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
      window = new EventTarget();
      network = true;
      for (const [name, value] of Object.entries({
        document: page,
        addEventListener: window.addEventListener.bind(window),
        removeEventListener: window.removeEventListener.bind(window),
        navigator: Object.defineProperty({}, 'onLine', { get: () => network }),
      })) {
        before.push([name, Object.getOwnPropertyDescriptor(globalThis, name)]);
        Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      }
      [opened, calls] = [0, []];
      answer = async () => ({ ok: true, rooms: [] });
      connection = new Connection({
        createLink: (given) => {
          handlers = given;
          const call = (event: string, _payload: unknown, timeoutMs: number) => {
            calls.push(event);
            return Promise.race([answer(), silence(timeoutMs)]);
          };
          return { open: () => void opened++, close: () => {}, call };
        },
        random: () => 0.999,
        now: Date.now,
        changed: () => {},
        heard: () => {},
      });
      connection.open();
    });
    afterEach(() => {
      connection.close();
      for (const [name, property] of before.splice(0)) {
        if (property) Object.defineProperty(globalThis, name, property);
        else delete (globalThis as Record<string, unknown>)[name];
      }
    });
    const comeOnline = () => {
      handlers.opened();
      handlers.heard('hello', undefined);
    };
    const WAKING: [string, () => unknown][] = [
      ['the network is back', () => window.dispatchEvent(new Event('online'))],
      ['the page is looked at again', () => page.dispatchEvent(new Event('visibilitychange'))],
      [
        'the page comes out of the cache',
        () => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })),
      ],
      ['the page goes on', () => page.dispatchEvent(new Event('resume'))],
      [
        'the device was asleep',
        async () => {
          jest.setSystemTime(Date.now() + 60_000);
          await jest.advanceTimersByTimeAsync(5000);
        },
      ],
    ];

    it.each(WAKING)('when %s it does not wait for its turn', async (_, wake) => {
      for (let failures = 0; failures < 5; failures++) {
        handlers.failed(false);
        connection.retryNow();
      }
      handlers.failed(false);
      const attempts = opened;
      await wake();
      expect(opened).toBe(attempts + 1);
    });

    it.each(WAKING)(
      'when %s it asks whether the connection is alive, and opens another at once if not',
      async (_, wake) => {
        comeOnline();
        await wake();
        await jest.advanceTimersByTimeAsync(3000);
        expect(connection.state).toEqual({ status: 'online' });
        expect(calls).toHaveLength(1);

        answer = () => new Promise(() => undefined);
        await wake();
        await jest.advanceTimersByTimeAsync(3000);
        expect(connection.state.status).toBe('reconnecting');
        expect(opened).toBe(2);
      },
    );

    it.each(WAKING)('when %s an attempt of before is given up for a new one', async (_, wake) => {
      await jest.advanceTimersByTimeAsync(4000);
      await wake();
      expect(opened).toBe(2);
      comeOnline();
      expect(connection.state).toEqual({ status: 'online' });
    });

    it('does nothing on a page that is hidden, or shown for the first time', async () => {
      comeOnline();
      page.visibilityState = 'hidden';
      page.dispatchEvent(new Event('visibilitychange'));
      window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
      await jest.advanceTimersByTimeAsync(60_000);
      expect(calls).toEqual([]);
    });

    it('is not sure from the moment that the network is said to be gone, until somebody answers or nobody does', async () => {
      comeOnline();
      answer = () => new Promise((resolve) => setTimeout(() => resolve({ ok: false }), 50));
      window.dispatchEvent(new Event('offline'));
      expect(connection.state).toEqual({ status: 'online', unsure: true });
      await jest.advanceTimersByTimeAsync(50);
      expect(connection.state).toEqual({ status: 'online' });

      network = false;
      answer = () => new Promise(() => undefined);
      window.dispatchEvent(new Event('offline'));
      await jest.advanceTimersByTimeAsync(3000);
      expect(connection.state.status).toBe('reconnecting');
      network = true;
      window.dispatchEvent(new Event('online'));
      expect(opened).toBe(2);
    });

    it('leaves nothing behind', async () => {
      comeOnline();
      connection.close();
      for (const [, wake] of WAKING) await wake();
      expect([opened, calls, jest.getTimerCount()]).toEqual([1, [], 0]);
    });
  });
});
