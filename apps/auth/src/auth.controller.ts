import { ChatError, type User, type WorkParsed, type WorkReply } from '@app/contracts';
import { requireGoodName } from '@app/names';
import { CONFIG, type Config } from '@app/service';
import { StreamsClient, WorkContext } from '@app/streams';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { AuthStore } from './auth.store';
import { DemoAccounts } from './demo-accounts';
import { HashQueue } from './hash-queue';
import { requireGoodPassword } from './password-policy';
import { Passwords } from './passwords';
import { Registration } from './registration';

@Controller()
export class AuthController {
  constructor(
    private readonly store: AuthStore,
    private readonly passwords: Passwords,
    private readonly demo: DemoAccounts,
    private readonly queue: HashQueue,
    private readonly registration: Registration,
    private readonly streams: StreamsClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @MessagePattern('auth.register')
  async register(@Payload() data: WorkParsed<'auth.register'>, @Ctx() context: WorkContext): Promise<User> {
    return this.registration.run(context.key, () => this.add(data, context));
  }

  @MessagePattern('auth.add')
  addAtWord(@Payload() data: WorkParsed<'auth.add'>, @Ctx() context: WorkContext): Promise<User> {
    return this.add(data, context);
  }

  @MessagePattern('auth.registration')
  async state(): Promise<WorkReply<'auth.registration'>> {
    return { registration: await this.registration.state() };
  }

  @MessagePattern('auth.verify')
  async verify(
    @Payload() { username, password, client = '' }: WorkParsed<'auth.verify'>,
  ): Promise<WorkReply<'auth.verify'>> {
    const { user, credentials } = (await this.store.find(username)) ?? {};
    const matches = await this.queue.run(client, () => this.passwords.matches(password, credentials?.hash));
    if (!matches || !user || !credentials) {
      throw new ChatError('unauthorized', 'Invalid username or password');
    }
    if (credentials.suspended) throw new ChatError('forbidden', 'This account is suspended');
    this.demo.requireOwn(user, password);
    return { ...user, credentials: credentials.version };
  }

  @MessagePattern('auth.identify')
  async identify(@Payload() { username }: WorkParsed<'auth.identify'>): Promise<WorkReply<'auth.identify'>> {
    return { userId: (await this.store.find(username))?.user.id ?? null };
  }

  @MessagePattern('auth.users')
  async users(@Payload() { ids }: WorkParsed<'auth.users'>): Promise<WorkReply<'auth.users'>> {
    return { users: await this.store.users(ids) };
  }

  @MessagePattern('auth.list')
  list(@Payload() { after, limit }: WorkParsed<'auth.list'>): Promise<WorkReply<'auth.list'>> {
    return this.store.list(Number(after ?? 0), limit);
  }

  private async add(data: WorkParsed<'auth.register'>, context: WorkContext): Promise<User> {
    const { key } = context;
    requireGoodName(data.username);
    if (this.config.production || !data.anyPassword) requireGoodPassword(data.password, data.username);
    await this.store.requireFree(data.username, key);
    const hash = await this.queue.run(data.client ?? '', () => this.passwords.hash(data.password));
    const user = await this.store.create(data.username, hash, key);
    await this.streams.emitEvent('user.registered', user, { key: `user.registered:${user.id}`, context });
    return user;
  }
}
