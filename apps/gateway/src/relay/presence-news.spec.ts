import type { Presence, StalePresence } from '@app/contracts';
import type { Config } from '@app/service';
import type { Sockets } from '../socket/sockets';
import { PresenceNews } from './presence-news';

const CONFIG = { PRESENCE_NEWS_MS: 250, PRESENCE_NEWS_MAX: 3, RESYNC_SPREAD_MS: 1000 } as Config;

describe('presence news', () => {
  let told: { changes: Presence[]; stale: StalePresence | undefined }[];
  let news: PresenceNews;

  beforeEach(() => {
    jest.useFakeTimers();
    told = [];
    const deliverPresence = (changes: Presence[], stale?: StalePresence) => told.push({ changes, stale });
    news = new PresenceNews({ deliverPresence } as unknown as Sockets, CONFIG);
  });
  afterEach(() => {
    news.onModuleDestroy();
    jest.useRealTimers();
  });

  const comes = (n: number) => ({ id: String(n), username: `user ${n}`, online: true });

  it('the first who comes is told at once, those after together', () => {
    for (const n of [1, 2, 3, 4]) news.tell(comes(n));
    expect(told).toEqual([{ changes: [comes(1)], stale: undefined }]);
    jest.advanceTimersByTime(250);
    expect(told[1]).toEqual({ changes: [comes(2), comes(3), comes(4)], stale: undefined });
  });

  it('whoever comes and goes meanwhile is told of as it ended', () => {
    news.tell(comes(1));
    news.tell(comes(2));
    news.tell({ ...comes(2), online: false });
    jest.advanceTimersByTime(250);
    expect(told[1]?.changes).toEqual([{ ...comes(2), online: false }]);
  });

  it('a crowd is not listed: sockets are told to fetch who is online', () => {
    for (const n of [1, 2, 3, 4, 5]) news.tell(comes(n));
    jest.advanceTimersByTime(250);
    expect(told[1]?.stale).toEqual({ spreadMs: 1000 });
    news.known();
    expect(news.snapshot()).toEqual([1, 2, 3, 4, 5].map(comes));
  });
});
