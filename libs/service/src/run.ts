import { randomBytes } from 'node:crypto';
import { made, SERVICES, type ServiceName, WORK } from '@app/contracts';
import { Redis } from '@app/redis';
import { Sealer, StreamsServer, serveWork } from '@app/streams';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type Config, ConfigError, loadConfig } from './config';
import { Health } from './health';
import { OwnKindsAdapter } from './http/express-adapter';
import { guardServer } from './http/guard-server';
import { createLogger, type Logger, nestLogger } from './logger';
import { lowerPoolPriority } from './lower-pool-priority';
import { Metrics } from './metrics/metrics';
import { serveMetrics } from './metrics/serve';
import { WorkMetrics } from './metrics/work-metrics';
import { migrate } from './migrations';
import { ServiceModule } from './service.module';
import type { SettingName } from './settings';
import { streamsLimits } from './streams-limits';
import { startTracing } from './tracing';

/** Sets an application up before it listens. */
export type Configure = (app: NestExpressApplication, config: Config, logger: Logger) => void | Promise<void>;

export interface ServiceDefinition {
  name: string;
  module: Type;
  configure?: Configure;
  /** Niceness of its thread pool, when the process runs this service alone. */
  nice?: (config: Config) => number;
  /** Settings that have no default in production. */
  required?: readonly SettingName[];
}

/**
 * Runs a service, or several, as this process: reads the configuration, takes the work of those that do, listens on
 * PORT for health, metrics and whatever else the modules serve, tells a parent process that it is ready, stops cleanly
 * on SIGTERM, SIGINT or when the parent is gone. Ends the process with 1 and one line on a bad configuration or a taken
 * port.
 */
export async function runService(...services: ServiceDefinition[]): Promise<void> {
  const name = services.length === 1 ? (services[0] as ServiceDefinition).name : 'all';
  try {
    await start(name, services);
  } catch (error) {
    const line =
      error instanceof ConfigError
        ? `Bad configuration: ${error.message}`
        : `${name} could not start: ${error instanceof Error ? error.message : String(error)}`;
    process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}

async function start(name: string, services: ServiceDefinition[]): Promise<void> {
  endWithParent();
  const config = loadConfig();
  requireSettings(services, config);
  const [service, another] = services;
  if (!another) await lowerPoolPriority(service?.nice?.(config) ?? 0);
  const endTracing = await startTracing(name);
  const logger = createLogger(name, config.LOG_LEVEL);
  // Made up for this process outside production, as SESSION_SECRET is: others cannot open what it seals.
  const sealer = new Sealer(config.SEAL_SECRET ?? [randomBytes(32).toString('hex')], logger);
  const root = class RootModule {};
  const modules = services.map(({ module }) => module);
  const app = await NestFactory.create<NestExpressApplication>(
    { module: root, imports: [ServiceModule.create(name, config, logger, sealer), ...modules] },
    new OwnKindsAdapter(),
    { logger: nestLogger(logger), bodyParser: false, abortOnError: false },
  );
  const health = app.get(Health);
  const metrics = app.get(Metrics);
  const { observe } = app.get(WorkMetrics);
  for (const { name: service } of services) {
    if (!isWorker(service)) continue;
    const server = new StreamsServer({
      service,
      endpoint: config.redis,
      limits: streamsLimits(config),
      logger,
      observe,
      sealer,
      isWhole: true,
      checkReply: (pattern, value) =>
        void made(WORK[pattern].reply, value, (fault) =>
          logger.error({ pattern, fault }, 'a reply does not match its contract'),
        ),
    });
    health.add(`work of ${service}`, () => server.isReady());
    app.get(WorkMetrics).add(service, server);
    serveWork(app, server);
  }
  let migrated = false;
  health.add('data', () => migrated);
  await serveMetrics(app, metrics, config);
  for (const { configure } of services) await configure?.(app, config, logger);
  stopOnSignals(app, health, config, logger, endTracing);
  await app.init();
  guardServer(app.getHttpServer(), config, () => health.isStopping);
  await listen(app, config);
  const { port } = app.getHttpServer().address() as { port: number };
  logger.info({ port }, 'listening');
  const names = services.map((service) => service.name);
  await migrate(app.get(Redis), logger, config.MIGRATION_LEASE_MS, undefined, names);
  migrated = true;
  await app.startAllMicroservices();
  await becameReady(health);
  logger.info('ready');
  process.send?.({ type: 'ready', port });
}

/** @throws ConfigError naming the first that is missing */
function requireSettings(services: ServiceDefinition[], config: Config): void {
  if (!config.production) return;
  const missing = services.flatMap(({ required = [] }) => required).find((name) => config[name] === undefined);
  if (missing) throw new ConfigError(`${missing} is required in production`);
}

function isWorker(name: string): name is ServiceName {
  return SERVICES.some((service) => service === name);
}

/** Waits for Redis and the rest, however long they take: a service outlives their absence at its start too. */
async function becameReady(health: Health): Promise<void> {
  while (health.missing().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Until there is something to stop in order: a start whose parent is gone ends at once. */
function endWithParent(): void {
  if (!process.send) return;
  if (!process.connected) process.exit(1);
  process.on('disconnect', exitEarly);
}

function exitEarly(): void {
  process.exit(1);
}

function stopOnSignals(
  app: NestExpressApplication,
  health: Health,
  config: Config,
  logger: Logger,
  endTracing: () => Promise<void>,
): void {
  let stopping = false;
  const stop = async (why: string) => {
    if (stopping) return;
    stopping = true;
    health.stop();
    logger.info({ why }, 'stopping');
    setTimeout(
      () => {
        logger.warn('shutdown timed out, exiting');
        process.exit(1);
      },
      config.DRAIN_MS + config.SHUTDOWN_GRACE_MS + 2000,
    ).unref();
    await app.close();
    await endTracing();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  process.off('disconnect', exitEarly);
  if (process.send) process.on('disconnect', () => void stop('parent gone'));
}

/** With a queue that holds a crowd: who finds it full tries again only after a second, then after two more. */
function listen(app: NestExpressApplication, { PORT, HOST, LISTEN_BACKLOG }: Config): Promise<unknown> {
  // Nest passes on to Node.js what its types leave out.
  const all = app.listen.bind(app) as (port: number, host: string | undefined, backlog: number) => Promise<unknown>;
  return all(PORT, HOST, LISTEN_BACKLOG);
}
