import { Module } from '@nestjs/common';
import { Appending } from './appending';
import { ChangesStore } from './changes.store';
import { Growth } from './growth';
import { HistoryStore } from './history.store';
import { MessagesController } from './messages.controller';
import { MessagesStore } from './messages.store';
import { Spending } from './spending';

@Module({
  controllers: [MessagesController],
  providers: [Appending, ChangesStore, Growth, HistoryStore, MessagesStore, Spending],
})
export class MessagesModule {}
