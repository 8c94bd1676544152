import { Module } from '@nestjs/common';
import { RoomsController } from './rooms.controller';
import { RoomsStore } from './rooms.store';

@Module({ controllers: [RoomsController], providers: [RoomsStore] })
export class RoomsModule {}
