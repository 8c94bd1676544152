import { ChatError, type User, type WorkParsed, type WorkReply } from '@app/contracts';
import { WorkContext } from '@app/streams';
import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { AccountsStore } from './accounts.store';
import { AuthStore } from './auth.store';
import { DemoAccounts } from './demo-accounts';
import { HashQueue } from './hash-queue';
import { requireGoodPassword } from './password-policy';
import { Passwords } from './passwords';

/** What becomes of accounts that are there: another password, suspension, what operators ask. */
@Controller()
export class AccountsController {
  constructor(
    private readonly store: AuthStore,
    private readonly accounts: AccountsStore,
    private readonly passwords: Passwords,
    private readonly queue: HashQueue,
    private readonly demo: DemoAccounts,
  ) {}

  @MessagePattern('auth.credentials')
  async credentials(@Payload() { userId }: WorkParsed<'auth.credentials'>): Promise<WorkReply<'auth.credentials'>> {
    const { version, suspended } = await this.accounts.credentials(userId);
    return { version, suspended };
  }

  @MessagePattern('auth.password')
  async password(
    @Payload() { userId, password, newPassword, client = '' }: WorkParsed<'auth.password'>,
    @Ctx() { key }: WorkContext,
  ): Promise<WorkReply<'auth.password'>> {
    const user = await this.require(userId);
    const { hash, suspended, passwordKey } = await this.accounts.credentials(userId);
    if (passwordKey === key) return {};
    if (suspended) throw new ChatError('forbidden', 'This account is suspended');
    if (!(await this.queue.run(client, () => this.passwords.matches(password, hash)))) {
      throw new ChatError('forbidden', 'password: is not the current one');
    }
    requireGoodPassword(newPassword, user.username, 'newPassword');
    if (await this.queue.run(client, () => this.passwords.matches(newPassword, hash))) {
      throw new ChatError('invalid', 'newPassword: must not be the current one');
    }
    const next = await this.queue.run(client, () => this.passwords.hash(newPassword));
    await this.accounts.setPassword(userId, next, key, hash);
    return {};
  }

  @MessagePattern('auth.reset')
  async reset(
    @Payload() { userId, password }: WorkParsed<'auth.reset'>,
    @Ctx() { key }: WorkContext,
  ): Promise<WorkReply<'auth.reset'>> {
    const user = await this.require(userId);
    requireGoodPassword(password, user.username);
    await this.accounts.setPassword(userId, await this.passwords.hash(password), key);
    return {};
  }

  @MessagePattern('auth.suspend')
  async suspend(@Payload() { userId, suspended }: WorkParsed<'auth.suspend'>): Promise<WorkReply<'auth.suspend'>> {
    await this.require(userId);
    await this.accounts.suspend(userId, suspended);
    return {};
  }

  /** By id, or by name as one signs in with it. */
  @MessagePattern('auth.account')
  async account(@Payload() request: WorkParsed<'auth.account'>): Promise<WorkReply<'auth.account'>> {
    const user = request.userId
      ? await this.require(request.userId)
      : (await this.store.find(request.username ?? ''))?.user;
    const [account] = user ? await this.accounts.describe([user]) : [];
    if (!account) throw new ChatError('not_found', 'No such user');
    return account;
  }

  @MessagePattern('auth.accounts')
  async list(@Payload() { after, limit }: WorkParsed<'auth.accounts'>): Promise<WorkReply<'auth.accounts'>> {
    const { users, next } = await this.store.list(Number(after ?? 0), limit);
    return { accounts: await this.accounts.describe(users), next };
  }

  @MessagePattern('auth.disabled')
  async disabled(): Promise<WorkReply<'auth.disabled'>> {
    return { userIds: await this.demo.disabled() };
  }

  private async require(userId: string): Promise<User> {
    const [user] = await this.store.users([userId]);
    if (!user) throw new ChatError('not_found', 'No such user');
    return user;
  }
}
