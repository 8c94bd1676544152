import 'reflect-metadata';
import { runService } from '@app/service';
import { RoomsModule } from './rooms.module';

void runService({ name: 'rooms', module: RoomsModule });
