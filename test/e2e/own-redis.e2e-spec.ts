import { Person, until } from '@app/testing';
import { Launched } from './support/launched';

let launched: Launched;
let pablo: Person;

beforeAll(async () => {
  launched = await Launched.start({ args: ['--gateways', '1'] });
  pablo = await Person.signIn(launched.url, 'Pablo');
});
afterEach(() => pablo?.leave());
afterAll(() => launched?.discard());

/** Starts it again where it was. */
async function startAgain(): Promise<void> {
  launched = await Launched.start({ folder: launched.folder, port: launched.port, args: ['--gateways', '1'] });
}

async function newest(): Promise<string> {
  const { body } = await pablo.get('/api/rooms/0/messages?limit=1');
  return body.messages[0].message;
}

describe('npm start with a Redis of its own', () => {
  it('has a lone gateway at the one address, and nothing beside it', async () => {
    expect(await (await fetch(`${launched.url}/health/ready`)).json()).toEqual({ status: 'ok' });
    await expect(fetch(launched.gatewayUrl(1))).rejects.toThrow('fetch failed');
  });

  it('refuses to be started twice on one data folder, or on a port in use', async () => {
    const { folder, port } = launched;
    await expect(Launched.start({ folder })).rejects.toThrow('is in use by a start that is already running');
    await expect(Launched.start({ port })).rejects.toThrow(`Port ${port} is in use.`);
    await expect(Launched.start({ port: port - 1 })).rejects.toThrow(`Port ${port}, which gateway 1 needs`);
    expect((await pablo.get('/api/session')).status).toBe(200);
  });

  it('starts its Redis again when that ends, and says so; sockets stay and nothing is missing', async () => {
    const ears = await pablo.connect({ reconnection: false });
    await ears.say('0', 'Before Redis ended');
    await launched.endRedis();
    await launched.says('Redis ended (exit code 0); starting it again in 250 ms');
    const message = { roomId: '0', message: 'After it', clientId: 'after-redis-ended' };
    await until(async () => (await ears.call('message', message)).ok, 'what is said after it', 30_000);
    await ears.hears('After it');
    expect(ears.texts('0')).toEqual(['Before Redis ended', 'After it']);
  });

  it('takes the Redis up again that a killed start left running, with all that was said', async () => {
    await (await pablo.connect()).say('0', 'Before the crash');
    await launched.kill();
    await startAgain();
    await launched.says('Redis: the one left running on port ');
    expect(await newest()).toBe('Before the crash');
  });

  it('keeps what was said, and who is signed in, over Ctrl-C', async () => {
    await (await pablo.connect()).say('0', 'Before Ctrl-C');
    expect(await launched.stop()).toBe(0);
    await expect(launched.endRedis()).rejects.toThrow();
    await startAgain();
    expect(await newest()).toBe('Before Ctrl-C');
  });
});
