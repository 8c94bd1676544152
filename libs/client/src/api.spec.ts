import { ChatApi } from './api';

/** An API whose server gives one answer, and what was asked of it. */
function answering(status: number, body: unknown): { api: ChatApi; asked: () => [string, RequestInit | undefined] } {
  const fetch = jest.fn(async (_input: string | URL | Request, _init?: RequestInit) => {
    return new Response(body === null || typeof body === 'string' ? body : JSON.stringify(body), { status });
  });
  const api = new ChatApi({ url: 'http://chat/', fetch });
  return { api, asked: () => [String(fetch.mock.calls[0]?.[0]), fetch.mock.calls[0]?.[1]] };
}

describe('ChatApi', () => {
  it('signs in', async () => {
    const { api, asked } = answering(200, { user: { id: '1', username: 'Pablo' } });
    expect(await api.signIn('Pablo', 'password123')).toEqual({ id: '1', username: 'Pablo' });
    expect(asked()).toEqual([
      'http://chat/api/session',
      expect.objectContaining({
        method: 'POST',
        credentials: 'include',
        body: '{"username":"Pablo","password":"password123"}',
      }),
    ]);
  });

  it('spells paths and queries so that any id is safe', async () => {
    const { api, asked } = answering(200, {
      epoch: 'e',
      messages: [],
      before: null,
      after: null,
      head: { roomId: '1:2', seq: 0, id: '', rev: 0 },
    });
    await api.page('1:2', { before: 'a&b', limit: 10 });
    expect(asked()[0]).toBe('http://chat/api/rooms/1%3A2/messages?before=a%26b&limit=10');
  });

  it('asks for users by their ids', async () => {
    const { api, asked } = answering(200, { users: [], next: null });
    await api.users({ ids: ['1', '2'] });
    expect(asked()[0]).toBe('http://chat/api/users?ids=1%2C2');
  });

  it('throws the server’s error', async () => {
    const { api } = answering(429, { code: 'rate_limited', message: 'Slow down', retryAfterMs: 1000 });
    await expect(api.signIn('a', 'b')).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 1000 });
  });

  it.each([
    [401, 'unauthorized'],
    [502, 'unavailable'],
    [418, 'internal'],
    [426, 'outdated'],
  ])('tells from the status %i what a proxy meant', async (status, code) => {
    const { api } = answering(status, '<html>');
    await expect(api.rooms()).rejects.toMatchObject({ code });
  });

  it.each([{}, [], null, 7, { rooms: [{ id: '0' }] }, { rooms: {} }])(
    'says that it is too old for the answer %j',
    async (answer) => {
      const { api } = answering(200, JSON.stringify(answer));
      await expect(api.rooms()).rejects.toMatchObject({ code: 'outdated' });
    },
  );

  it.each(['', '<html>', '{"rooms":['])('does not take %j for an answer of the server', async (text) => {
    const { api } = answering(200, text);
    await expect(api.rooms()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('understands what a later server says besides', async () => {
    const room = { id: '0', kind: 'general', names: ['General'], lastMessage: null, seq: 0, read: 0 };
    const { api } = answering(200, {
      rooms: [
        { ...room, topic: 'x' },
        { ...room, id: '9', kind: 'forum' },
      ],
      hint: 1,
    });
    expect(await api.rooms()).toEqual([
      { ...room, topic: 'x' },
      { ...room, id: '9', kind: 'named' },
    ]);
    const later = answering(402, { code: 'payment_required', message: 'Pay', url: 'x' });
    await expect(later.api.rooms()).rejects.toMatchObject({ code: 'internal', message: 'Pay' });
  });

  it('is `unavailable` when nobody answers', async () => {
    const api = new ChatApi({ fetch: () => Promise.reject(new TypeError('fetch failed')) });
    await expect(api.session()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('signs out', async () => {
    const { api, asked } = answering(204, null);
    await api.signOut();
    expect(asked()[1]?.method).toBe('DELETE');
  });

  it.each([
    ['everywhere', (api: ChatApi) => api.signOut({ everywhere: true }), '/sessions?all=true'],
    ['of all other sessions', (api: ChatApi) => api.endOtherSessions(), '/sessions'],
    ['of one session', (api: ChatApi) => api.endSession('a/b'), '/sessions/a%2Fb'],
  ])('signs out %s', async (_, call, path) => {
    const { api, asked } = answering(204, null);
    await call(api);
    expect(asked()).toEqual([`http://chat/api${path}`, expect.objectContaining({ method: 'DELETE' })]);
  });

  it('lists sessions', async () => {
    const device = { browser: 'Firefox', system: null };
    const sessions = [{ id: 'x'.repeat(22), current: true, createdAt: 1, lastUsedAt: 2, device }];
    const { api, asked } = answering(200, { sessions });
    expect(await api.sessions()).toEqual(sessions);
    expect(asked()[0]).toBe('http://chat/api/sessions');
  });

  it('gives up what is under way when it signs out, lest it be refused', async () => {
    const asked: string[] = [];
    const api = new ChatApi({
      fetch: async (_, { method = 'GET', signal } = {}) => {
        asked.push(method);
        if (method === 'DELETE') return new Response(null, { status: 204 });
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    const before = api.rooms();
    const leaving = api.signOut();
    const meanwhile = api.online();
    await expect(before).rejects.toMatchObject({ code: 'unavailable' });
    await expect(meanwhile).rejects.toMatchObject({ code: 'unavailable' });
    await leaving;
    expect(asked).toEqual(['GET', 'DELETE']);
  });
});
