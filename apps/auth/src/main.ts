import 'reflect-metadata';
import { runService } from '@app/service';
import { AuthModule } from './auth.module';

void runService({ name: 'auth', module: AuthModule, nice: (config) => config.AUTH_NICE, required: ['SEAL_SECRET'] });
