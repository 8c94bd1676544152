import { Module } from '@nestjs/common';
import { ListRepair } from './list-repair';
import { RoomsController } from './rooms.controller';
import { RoomsStore } from './rooms.store';

@Module({ controllers: [RoomsController], providers: [RoomsStore, ListRepair] })
export class RoomsModule {}
