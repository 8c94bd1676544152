import 'reflect-metadata';
import { runService } from '@app/service';
import { configure } from './configure';
import { GatewayModule } from './gateway.module';

void runService({ name: 'gateway', module: GatewayModule, configure, required: ['SESSION_SECRET', 'SEAL_SECRET'] });
