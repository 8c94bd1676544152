import type { Presence, StalePresence } from '@app/contracts';
import type { Config } from '@app/service';
import type { Sockets } from '../sockets';
import { PresenceNews } from './presence-news';

const CONFIG = {
  PRESENCE_NEWS_MS: 250,
  PRESENCE_NEWS_MAX: 4,
  PRESENCE_CROWD_MS: 4000,
  PRESENCE_FETCH_PER_S: 100,
  RESYNC_SPREAD_MS: 1000,
} as Config;

describe('presence news', () => {
  let sent: { changes: Presence[]; stale: StalePresence | undefined }[];
  let news: PresenceNews;

  beforeEach(() => {
    jest.useFakeTimers();
    sent = [];
    const deliverPresence = (changes: Presence[], stale?: StalePresence) => sent.push({ changes, stale });
    news = new PresenceNews({ deliverPresence, count: 10 } as unknown as Sockets, CONFIG);
  });
  afterEach(() => {
    news.onModuleDestroy();
    jest.useRealTimers();
  });

  const comes = (n: number) => ({ id: String(n), username: `user ${n}`, online: true });

  it('the first who comes is broadcast at once, those after together', () => {
    for (const n of [1, 2, 3, 4]) news.broadcast(comes(n));
    expect(sent).toEqual([{ changes: [comes(1)], stale: undefined }]);
    jest.advanceTimersByTime(250);
    expect(sent[1]).toEqual({ changes: [comes(2), comes(3), comes(4)], stale: undefined });
  });

  it('whoever comes and goes meanwhile is broadcast in the last state', () => {
    news.broadcast(comes(1));
    news.broadcast(comes(2));
    news.broadcast({ ...comes(2), online: false });
    jest.advanceTimersByTime(250);
    expect(sent[1]?.changes).toEqual([{ ...comes(2), online: false }]);
  });

  it('a crowd is not listed: sockets are told to fetch who is online, and no more until they have', () => {
    for (const n of [1, 2, 3, 4, 5, 6]) news.broadcast(comes(n));
    jest.advanceTimersByTime(250);
    expect(sent[1]?.stale).toEqual({ spreadMs: 1000 });
    news.broadcast(comes(7));
    jest.advanceTimersByTime(3999);
    expect(sent).toHaveLength(2);
    jest.advanceTimersByTime(1);
    expect(sent[2]).toEqual({ changes: [comes(7)], stale: undefined });
    news.known();
    expect(news.snapshot()).toEqual({ users: [1, 2, 3, 4, 5, 6, 7].map(comes) });
  });

  it('the larger a crowd, the longer clients take to fetch it', () => {
    for (let n = 1; n <= 101; n++) news.broadcast(comes(n));
    jest.advanceTimersByTime(250);
    // 10 sockets fetch 101 users each, and 100 a second may be listed
    expect(sent[1]?.stale).toEqual({ spreadMs: 10_100 });
    news.broadcast(comes(102));
    jest.advanceTimersByTime(10_099);
    expect(sent).toHaveLength(2);
    jest.advanceTimersByTime(1);
    expect(sent[2]?.changes).toEqual([comes(102)]);
  });

  it('a crowd that comes a few at a time is one too, but not who comes now and then', () => {
    for (let n = 1; n <= 20; n++) {
      news.broadcast(comes(n));
      jest.advanceTimersByTime(1000);
    }
    expect(sent.filter(({ stale }) => stale)).toEqual([]);
    for (let n = 21; n <= 60; n++) {
      news.broadcast(comes(n));
      jest.advanceTimersByTime(250);
    }
    expect(sent.filter(({ stale }) => stale).length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(20 + 12);
  });
});
