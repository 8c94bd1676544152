// Not a system of its own: the demo's HTTP routes as its wire protocol describes them, one process that asks Redis directly, over the
// same database as ours. Its session is the demo's too: read before each request, written after it.
import bcrypt from 'bcrypt';
import { RedisStore } from 'connect-redis';
import express, { type RequestHandler } from 'express';
import session from 'express-session';
import { Redis } from 'ioredis';
import { portOf, ready } from './message';

declare module 'express-session' {
  interface SessionData {
    user?: { id: string; username: string };
  }
}

const redis = new Redis(Number(process.env.REDIS_PORT), '127.0.0.1');
const app = express();

const signedIn: RequestHandler = (request, response, next) => {
  if (request.session.user) next();
  else response.sendStatus(403);
};

const isOnline = async (id: string) => (await redis.sismember('online_users', id)) === 1;

app.use(express.json());
app.use(
  session({
    store: new RedisStore({ client: redis, prefix: 'demo-sess:' }),
    secret: 'a secret for the bench only',
    resave: true,
    saveUninitialized: true,
  }),
);

app.get('/links', (_request, response) => {
  response.json({ github: 'https://example.com' });
});

app.get('/me', (request, response) => {
  response.json(request.session.user ?? null);
});

app.post('/login', async (request, response) => {
  const { username, password } = request.body as { username: string; password: string };
  const key = await redis.get(`username:${username}`);
  const found = key ? await redis.hgetall(key) : undefined;
  if (!key || !found?.password || !(await bcrypt.compare(password, found.password))) {
    response.status(404).json({ message: 'Invalid username or password' });
    return;
  }
  const user = { id: key.slice(key.indexOf(':') + 1), username };
  request.session.user = user;
  response.json(user);
});

app.post('/logout', signedIn, (request, response) => {
  request.session.destroy(() => response.sendStatus(200));
});

app.get('/room/:id/messages', signedIn, async (request, response) => {
  const offset = Number(request.query.offset);
  const rows = await redis.zrevrange(`room:${request.params.id}`, offset, offset + Number(request.query.size) - 1);
  response.json(rows.map((row) => JSON.parse(row) as object));
});

app.get('/users/online', signedIn, async (_request, response) => {
  const users: Record<string, object> = {};
  for (const id of await redis.smembers('online_users')) {
    const { username } = await redis.hgetall(`user:${id}`);
    users[id] = { id, username, online: true };
  }
  response.json(users);
});

app.get('/users', async (request, response) => {
  const ids = new URL(request.originalUrl, 'http://localhost').searchParams.getAll('ids[]');
  const users: Record<string, object> = {};
  for (const id of ids) {
    const { username } = await redis.hgetall(`user:${id}`);
    users[id] = { id, username, online: await isOnline(id) };
  }
  response.json(users);
});

app.get('/rooms/:userId', signedIn, async (request, response) => {
  const rooms: { id: string; names: (string | null | undefined)[] }[] = [];
  for (const id of await redis.smembers(`user:${request.params.userId}:rooms`)) {
    const name = await redis.get(`room:${id}:name`);
    if (name) {
      rooms.push({ id, names: [name] });
      continue;
    }
    if (!(await redis.exists(`room:${id}`))) continue;
    const [one = '', other = ''] = id.split(':');
    const names = [await redis.hget(`user:${one}`, 'username'), await redis.hget(`user:${other}`, 'username')];
    rooms.push({ id, names });
  }
  response.json(rooms);
});

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => ready(portOf(server.address())));
// Clients wait for their turn; none shall meet a connection that is just being closed.
server.keepAliveTimeout = 600_000;
server.headersTimeout = 600_000;
