import { Module } from '@nestjs/common';
import { Directory } from './directory';
import { ListRepair } from './list-repair';
import { MembersController } from './members.controller';
import { MembersStore } from './members.store';
import { NamedRoomsController } from './named-rooms.controller';
import { NamedRoomsStore } from './named-rooms.store';
import { RoomsController } from './rooms.controller';
import { RoomsStore } from './rooms.store';
import { RoomsRepair } from './rooms-repair';
import { Telling } from './telling';

@Module({
  controllers: [RoomsController, NamedRoomsController, MembersController],
  providers: [RoomsStore, ListRepair, RoomsRepair, Telling, Directory, MembersStore, NamedRoomsStore],
})
export class RoomsModule {}
