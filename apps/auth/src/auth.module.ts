import { Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller';
import { AccountsStore } from './accounts.store';
import { AuthController } from './auth.controller';
import { AuthStore } from './auth.store';
import { DemoAccounts } from './demo-accounts';
import { DemoData } from './demo-data';
import { HashQueue } from './hash-queue';
import { Passwords } from './passwords';
import { Registration } from './registration';

@Module({
  controllers: [AuthController, AccountsController],
  providers: [AuthStore, AccountsStore, HashQueue, Registration, Passwords, DemoData, DemoAccounts],
})
export class AuthModule {}
