import 'reflect-metadata';
import { runService } from '@app/service';
import { MessagesModule } from './messages.module';

void runService({ name: 'messages', module: MessagesModule });
