import { Module } from '@nestjs/common';
import { HistoryStore } from './history.store';
import { MessagesController } from './messages.controller';
import { MessagesStore } from './messages.store';

@Module({ controllers: [MessagesController], providers: [HistoryStore, MessagesStore] })
export class MessagesModule {}
