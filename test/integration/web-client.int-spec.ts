import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Cluster, startRedis, type TestRedis } from '@app/testing';

let redis: TestRedis;
let cluster: Cluster;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, gateways: 1 });
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

/** What the gateway answers, not decompressed. */
async function ask(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ head: IncomingMessage; text: string }> {
  const request = get(`${cluster.gateway(0).url}${path}`, { headers });
  const [head] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of head) text += chunk;
  return { head, text };
}

async function assets(): Promise<string[]> {
  const { text } = await ask('/');
  return [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
}

describe('the built web client', () => {
  it('has assets that browsers keep for ever', async () => {
    const paths = await assets();
    expect(paths.length).toBeGreaterThanOrEqual(2);
    for (const path of paths) {
      const { head } = await ask(path);
      expect([head.statusCode, head.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
    expect((await ask('/assets/index-gone.js')).head.statusCode).toBe(404);
  });

  const PAGE = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

  it.each([
    '/nonsense',
    '/nonsense/and/more',
    '/chat/no-room',
    '/chat/0/more',
    '/sign-in/x',
    '/index.php',
    '/%F0%9F%8E%89',
  ])('says in the client that %s is nowhere, to whoever asks for a page, and in JSON to all others', async (path) => {
    const { head, text } = await ask(path, { accept: PAGE });
    expect([head.statusCode, head.headers['content-type']]).toEqual([404, expect.stringMatching(/^text\/html/)]);
    expect(text).toContain('<div id="root">');
    for (const accept of ['application/json', '*/*']) {
      const other = await ask(path, { accept });
      expect([other.head.statusCode, JSON.parse(other.text).code]).toEqual([404, 'not_found']);
    }
  });

  it.each(['/api/nonsense', '/api/rooms/0/nonsense'])('says in JSON to everybody that %s is nowhere', async (path) => {
    const { head, text } = await ask(path, { accept: PAGE });
    expect([head.statusCode, JSON.parse(text).code]).toEqual([404, 'not_found']);
  });

  it.each([
    ['/', /^text\/html/],
    ['/sign-in', /^text\/html/],
    ['/chat/1:2', /^text\/html/],
    ['/sw.js', /^text\/javascript/],
    ['/manifest.webmanifest', /^application\/manifest\+json/],
    ['/favicon.svg', /^image\/svg\+xml/],
    ['/icon-192.png', /^image\/png/],
    ['/icon-maskable-512.png', /^image\/png/],
  ])('has browsers ask each time whether %s is still the same', async (path, type) => {
    const { head } = await ask(path);
    expect(head.statusCode).toBe(200);
    expect(head.headers['content-type']).toMatch(type);
    expect(head.headers['cache-control']).toBe('no-cache');
    const again = await ask(path, { 'if-none-match': head.headers.etag ?? '' });
    expect([again.head.statusCode, again.text]).toEqual([304, '']);
  });

  it('has icons for each purpose where its manifest says', async () => {
    const manifest = JSON.parse((await ask('/manifest.webmanifest')).text) as {
      icons: { src: string; type: string; sizes: string; purpose?: string }[];
    };
    for (const { src, type } of manifest.icons) expect((await ask(src)).head.headers['content-type']).toBe(type);
    const said = manifest.icons.map(({ sizes, purpose = 'any' }) => `${sizes} ${purpose}`);
    for (const size of ['192x192', '512x512'])
      expect(said).toEqual(expect.arrayContaining([`${size} any`, `${size} maskable`]));
  });

  it('has a worker that keeps the page and its assets', async () => {
    const { text } = await ask('/sw.js');
    const [, files] = /^const FILES = (\[.*\]);$/m.exec(text) ?? [];
    expect(JSON.parse(files ?? '[]')).toEqual(expect.arrayContaining(await assets()));
  });

  it('comes compressed as the browser likes it', async () => {
    for (const path of ['/', '/sw.js', ...(await assets())]) {
      const plain = await ask(path);
      expect(plain.head.headers).toMatchObject({ vary: 'Accept-Encoding' });
      expect(plain.head.headers['content-encoding']).toBeUndefined();
      if (plain.text.length < 1024) continue;
      const gzip = await ask(path, { 'accept-encoding': 'gzip, deflate' });
      expect(gzip.head.headers['content-encoding']).toBe('gzip');
      const brotli = await ask(path, { 'accept-encoding': 'gzip, deflate, br, zstd' });
      expect(brotli.head.headers['content-encoding']).toBe('br');
      expect(brotli.text.length).toBeLessThan(plain.text.length);
      // What the build has compressed has a length: nobody compresses it at each request.
      if (path.startsWith('/assets/')) {
        expect([gzip, brotli].map(({ head }) => head.headers['content-length'])).toEqual([
          expect.any(String),
          expect.any(String),
        ]);
        expect(brotli.head.headers).toMatchObject({
          'content-type': expect.stringMatching(new RegExp(`^${plain.head.headers['content-type']}$`, 'i')),
          'cache-control': plain.head.headers['cache-control'],
          vary: 'Accept-Encoding',
        });
      }
    }
  });

  it('leaves images and what the API says as they are', async () => {
    for (const path of ['/icon-512.png', '/api/docs/openapi.json']) {
      const { head, text } = await ask(path, { 'accept-encoding': 'gzip, br' });
      expect(head.statusCode).toBe(200);
      expect(text.length).toBeGreaterThan(1024);
      expect(head.headers['content-encoding']).toBeUndefined();
    }
  });

  it('may load its manifest and worker under the policy', async () => {
    const policy = (await ask('/')).head.headers['content-security-policy'];
    expect(policy).toContain("manifest-src 'self'");
    expect(policy).toContain("worker-src 'self'");
    expect(policy).toContain("script-src 'self';");
  });
});

it("another client's folder has no worker and no assets of ours; without a page the log says so", async () => {
  const elsewhere = await cluster.spawn('gateway', { GATEWAY_ID: 'gateway-9', CLIENT_DIR: 'libs/client/examples' });
  try {
    for (const path of ['/sw.js', '/manifest.webmanifest', '/assets/index.js']) {
      expect((await fetch(`${elsewhere.url}${path}`)).status).toBe(404);
    }
    expect((await fetch(`${elsewhere.url}/bot.mjs`)).headers.get('cache-control')).toBe('no-cache');
    expect(elsewhere.logs).toContain('CLIENT_DIR has no index.html');
  } finally {
    await elsewhere.end();
  }
});
