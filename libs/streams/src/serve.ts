import type { INestApplication, INestMicroservice } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { WorkErrorFilter } from './error-filter';
import type { StreamsServer } from './server';

/**
 * Lets an application's handlers take work: `app.startAllMicroservices()` starts it, `app.close()` stops it. Global
 * pipes, guards, filters and interceptors of the application must be in place before.
 */
export function serveWork(app: INestApplication, server: StreamsServer): INestMicroservice {
  app.useGlobalFilters(new WorkErrorFilter(app.get(HttpAdapterHost).httpAdapter));
  return app.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
}
