import { Module } from '@nestjs/common';
import { AuthController } from './auth.controller';
import { AuthStore } from './auth.store';
import { DemoData } from './demo-data';
import { HashQueue } from './hash-queue';
import { Passwords } from './passwords';

@Module({ controllers: [AuthController], providers: [AuthStore, HashQueue, Passwords, DemoData] })
export class AuthModule {}
