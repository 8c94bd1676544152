import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Config } from '../config';
import { ConfigError } from '../config';
import { Health } from '../health';
import { guardServer } from '../http/guard-server';
import type { Metrics } from './metrics';

/**
 * Serves `/metrics`: on METRICS_PORT if that is set; else on the application's own port, but in production not at all, as
 * that one may be public. With METRICS_PORT its `/health/ready` names what is missing.
 * @throws ConfigError when the port is taken
 */
export async function serveMetrics(app: NestExpressApplication, { registry }: Metrics, config: Config): Promise<void> {
  const answer: RequestListener = async (_request, response) => {
    const text = await registry.metrics();
    response.setHeader('Content-Type', registry.contentType);
    response.end(text);
  };
  if (config.METRICS_PORT === undefined) {
    if (!config.production) app.use('/metrics', answer);
    return;
  }
  const server = createServer((request, response) => {
    if (request.url === '/metrics') return void answer(request, response as Parameters<RequestListener>[1]);
    if (request.url === '/health/ready') return tellHealth(app.get(Health), response);
    response.statusCode = 404;
    response.end();
  });
  guardServer(server, config, () => false);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new ConfigError(`METRICS_PORT ${config.METRICS_PORT} is in use`) : error),
    );
    server.listen(config.METRICS_PORT, config.HOST, resolve);
  });
  server.unref();
}

/** With what is missing, by name. */
function tellHealth(health: Health, response: ServerResponse): void {
  const missing = health.missing();
  const body = missing.length > 0 ? { status: 'unavailable', missing } : { status: 'ok' };
  response.writeHead(missing.length > 0 ? 503 : 200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
