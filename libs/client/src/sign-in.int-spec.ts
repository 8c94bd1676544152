import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CookieJar, signIn } from './sign-in';

let server: Server;
let url: string;
/** The cookies that came with each request. */
let came: (string | undefined)[];
/** What the next answers set. */
let answers: string[][];
let status: number;

beforeEach(async () => {
  [came, answers, status] = [[], [], 200];
  server = createServer((request, response) => {
    came.push(request.headers.cookie);
    response.writeHead(status, { 'set-cookie': answers.shift() ?? [], 'content-type': 'application/json' });
    const error = { code: 'unauthorized', message: 'Wrong name or password' };
    response.end(JSON.stringify(status === 200 ? { user: { id: '2', username: 'Joe' } } : error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

it('a jar sends back what was set, until it is changed or taken away', async () => {
  answers = [['sid=a=1; Path=/; HttpOnly', 'node="2"'], ['sid=b'], ['node=; Max-Age=0']];
  const jar = new CookieJar();
  for (let i = 0; i < 4; i++) await jar.fetch(url, { headers: { accept: 'text/plain' } });
  expect(came).toEqual([undefined, 'sid=a=1; node="2"', 'sid=b; node="2"', 'sid=b']);
});

it('signing in gives a client that goes on with the session', async () => {
  answers = [['sid=a']];
  const client = await signIn(url, 'Joe', 'password123');
  expect(client.user).toMatchObject({ id: '2', username: 'Joe' });
  await client.api.session();
  expect(came).toEqual([undefined, 'sid=a']);
});

it('signing in fails as the server says', async () => {
  status = 401;
  await expect(signIn(url, 'Joe', 'wrong')).rejects.toMatchObject({ code: 'unauthorized' });
});
