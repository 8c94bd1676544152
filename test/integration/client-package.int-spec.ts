import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Cluster, Person, startRedis, type TestRedis } from '@app/testing';
import ts from 'typescript';

const root = process.cwd();
const execute = promisify(execFile);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** A project that installed the package; what that depends on is the repository's. */
let project: string;
const installed = () => join(project, 'node_modules/@redis-chat/client');

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'redis-chat-package-'));
  await execute('npm', ['pack', './libs/client', '--pack-destination', project], { cwd: root });
  const [file = ''] = readdirSync(project);
  mkdirSync(installed(), { recursive: true });
  await execute('tar', ['-xzf', join(project, file), '-C', installed(), '--strip-components=1']);
  for (const name of ['zod', 'socket.io-client']) {
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name), 'junction');
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the package', () => {
  it('has what it should, and nothing of the sources', () => {
    const files = readdirSync(installed(), { recursive: true }).map(String);
    expect(files).toEqual(expect.arrayContaining(['README.md', 'dist/index.js', 'examples/bot.mjs']));
    expect(files.filter((file) => /(?<!\.d)\.ts$|spec|(^|\/)src/.test(file))).toEqual([]);
  });

  it('is of the repository’s version and depends on what that was tested with', () => {
    const { version, license, engines, dependencies } = JSON.parse(read('package.json'));
    const one = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8'));
    expect(one).toMatchObject({ version, license, engines });
    expect(one.dependencies).toEqual({
      'socket.io-client': `^${dependencies['socket.io-client']}`,
      zod: `^${dependencies.zod}`,
    });
    const imported = readFileSync(join(installed(), 'dist/index.js'), 'utf8').matchAll(/ from "([^"]+)"/g);
    expect([...imported].map(([, name]) => name).sort()).toEqual(Object.keys(one.dependencies));
  });

  it('has types that a strict project compiles with', async () => {
    writeFileSync(
      join(project, 'consumer.ts'),
      `import { ChatApi, ChatClient, ChatError, type Entry, GENERAL, signIn, type User } from '@redis-chat/client';
const api = new ChatApi({ url: 'http://localhost:3000' });
const user: User = await api.signIn('Joe', 'password123');
const client = new ChatClient(user, { url: 'http://localhost:3000' });
const bot: ChatClient = await signIn('http://localhost:3000', 'Joe', 'password123');
bot.disconnect();
const off: () => void = client.on('message', ({ roomId, from }) => console.log(roomId.length, from.length));
await client.open(GENERAL).catch((error: unknown) => error instanceof ChatError && error.code === 'forbidden');
const entries: readonly Entry[] = client.view(GENERAL).entries;
// @ts-expect-error: a room id is text
client.send(entries.length, 'Hello');
off();
`,
    );
    const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: [] };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await execute(process.execPath, [tsc, '-p', project]).catch((error) => error);
    expect(stdout).toBe('');
  });

  it('has words for all that a client offers', () => {
    const program = ts.createProgram([join(project, 'consumer.ts')], {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      types: [],
    });
    const checker = program.getTypeChecker();
    const file = program.getSourceFile(join(project, 'consumer.ts'));
    const used = file?.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => declarationList.declarations);
    const client = used?.find(({ name }) => name.getText() === 'client');
    const offered = client ? checker.getTypeAtLocation(client).getProperties() : [];
    expect(offered.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['send', 'typing', 'markRead', 'nameOf', 'online']),
    );
    const isPublic = ({ valueDeclaration }: ts.Symbol) =>
      !valueDeclaration || (ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.Private) === 0;
    const wordless = offered.filter((one) => isPublic(one) && one.getDocumentationComment(checker).length === 0);
    expect(wordless.map(({ name }) => name)).toEqual([]);
  });
});

describe('the example bot', () => {
  let redis: TestRedis;
  let cluster: Cluster;
  let bot: ChildProcess | undefined;
  let mary: Person | undefined;

  beforeAll(async () => {
    redis = await startRedis();
    cluster = await Cluster.start({ redis, gateways: 1 });
  });
  afterAll(async () => {
    mary?.leave();
    bot?.kill();
    await cluster?.stop();
    await redis?.stop();
  });

  it('is what the README shows', () => {
    const [, shown] = /```js\n(.*?)```/s.exec(read('libs/client/README.md')) ?? [];
    expect(shown).toBe(read('libs/client/examples/bot.mjs'));
  });

  it('answers', async () => {
    const { url } = cluster.gateway(0);
    copyFileSync(join(installed(), 'examples/bot.mjs'), join(project, 'bot.mjs'));
    bot = spawn(process.execPath, ['bot.mjs'], {
      cwd: project,
      env: { ...process.env, CHAT_URL: url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(bot.stdout as NodeJS.ReadableStream, 'data');
    expect(String(line)).toBe(`Joe answers at ${url}\n`);
    mary = await Person.signIn(url, 'Mary');
    const ears = await mary.connect();
    await ears.say('0', 'ping');
    expect(await ears.hears('pong')).toMatchObject({ roomId: '0', from: '2' });
  });
});
