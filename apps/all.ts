import 'reflect-metadata';
import { runService } from '@app/service';
import { AuthModule } from './auth/src/auth.module';
import { configure } from './gateway/src/configure';
import { GatewayModule } from './gateway/src/gateway.module';
import { MessagesModule } from './messages/src/messages.module';
import { RoomsModule } from './rooms/src/rooms.module';

// All services in one process, for platforms that run a single container.
void runService(
  { name: 'auth', module: AuthModule },
  { name: 'rooms', module: RoomsModule },
  { name: 'messages', module: MessagesModule },
  { name: 'gateway', module: GatewayModule, configure, required: ['SESSION_SECRET', 'SEAL_SECRET'] },
);
