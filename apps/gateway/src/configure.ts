import { randomUUID } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Redis } from '@app/redis';
import type { Config, Logger } from '@app/service';
import { isTracing, nameSpan, traced } from '@app/streams';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { json, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import pinoHttp from 'pino-http';
import { Authenticators } from './auth/authenticators';
import { Devices } from './auth/devices';
import { Origins } from './auth/origin';
import { Proxies } from './auth/proxies';
import { readSession, sessionMiddleware, sessionReader } from './auth/session';
import { SessionCookie } from './auth/session-cookie';
import { SessionIndex } from './auth/session-index';
import { SessionTexts } from './auth/session-texts';
import { FEATURES } from './features';
import { apiDocs, DOCS } from './features/api-docs/api-docs';
import { GatewayMetrics } from './gateway-metrics';
import { Memberships } from './hub/memberships';
import { Binder, type GatewayFeature } from './transport/binder';
import { ErrorFilter } from './transport/error.filter';
import { bindRoutes } from './transport/http-binder';
import { verifyBody } from './transport/nesting';
import { NO_STORE } from './transport/no-store';
import { serveReads } from './transport/reads';
import { Refusals } from './transport/refusals';
import { SocketBinder } from './transport/socket-binder';
import { SocketIoAdapter } from './transport/socket-io.adapter';
import { webClient } from './transport/web-client';

const YEAR_S = 31_536_000;
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/**
 * Sets the gateway's HTTP and Socket.IO side up, in the order in which a request passes it. What only reads goes a shorter way,
 * along those of the handlers that mean something to it.
 */
export function configure(app: NestExpressApplication, config: Config, logger: Logger): void {
  const session = sessionMiddleware(app.get(Redis), app.get(SessionCookie), config);
  app.set('trust proxy', app.get(Proxies).trusts);
  app.set('etag', false);
  app.disable('x-powered-by');
  const opening = [requestId];
  // Its lines are for debugging alone; a logger for each request is not made in vain.
  if (logger.isLevelEnabled('debug')) {
    opening.push(
      pinoHttp({
        logger,
        useLevel: 'debug',
        serializers: { req: summary, res: ({ statusCode }) => ({ statusCode }) },
        customProps: (request) => ({ requestId: (request as Request).context.requestId }),
      }),
    );
  }
  const secured = securityHeaders(config);
  opening.push(app.get(GatewayMetrics).http, always({ ...secured, ...NO_STORE }), app.get(Origins).guard);
  const who = identify(app.get(Authenticators), app.get(SessionIndex));
  const errors = new ErrorFilter(logger, app.get(Refusals));
  app.use(opening);
  app.use(webClient(config, logger));
  app.use(DOCS, apiDocs(app.get(SessionCookie).name));
  app.use(dependsOnSession);
  app.use(json({ limit: config.BODY_LIMIT_BYTES, verify: verifyBody }));
  app.use(app.get(Devices).middleware);
  app.use(session);
  app.use(who);
  app.useGlobalFilters(errors);
  const reading = sessionReader(app.get(SessionTexts), app.get(SessionCookie));
  app.useWebSocketAdapter(new SocketIoAdapter(app, config, reading));
  serveReads(app, [...opening, always(DEPENDS_ON_SESSION), readSession(reading), who], errors);
  const features = FEATURES.map((feature): GatewayFeature => app.get(feature));
  const memberships = app.get(Memberships);
  const calls = app.get(Binder).bind(features, (...asked) => memberships.may(...asked));
  bindRoutes(app, calls, errors);
  app.get(SocketBinder).bind(calls);
}

/** Resolves when the request is answered, or given up. */
function serve(request: Request, response: Response, next: NextFunction): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', () => {
      if (request.route?.path) nameSpan(`${request.method} ${request.route.path}`);
      resolve();
    });
    next();
  });
}

/** For a cache that keeps what it must not. */
const DEPENDS_ON_SESSION = { Vary: 'Cookie' };
const dependsOnSession: RequestHandler = (_request, response, next) => {
  response.vary(DEPENDS_ON_SESSION.Vary);
  next();
};

/** These headers are on every answer that nobody gives others. */
function always(named: Readonly<Record<string, string>>): RequestHandler {
  const headers = Object.entries(named);
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/** Each request runs under an id, its caller's if that gave a usable one; the work it causes carries it on. */
const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  request.context = { requestId: id };
  if (isTracing()) void traced(request.method, 'request', () => serve(request, response, next));
  else next();
};

/** Who asks. Nobody waits for the note of it: commands of one connection are carried out in order, and the next use makes it again. */
function identify(authenticators: Authenticators, sessions: SessionIndex): RequestHandler {
  return (request, _response, next) => {
    const identity = authenticators.identify(request);
    if (identity) {
      const { user, actor, sessionId, sessionEnds } = identity;
      request.user = user;
      request.context = { ...request.context, actor };
      sessions.request(user.id, sessionId, sessionEnds)?.catch(() => undefined);
    }
    next();
  };
}

/** No headers, no query: cookies and search terms stay out of the logs. */
function summary({ method, url }: { method: string; url: string }) {
  return { method, path: url.split('?')[0] };
}

/** They are the same for every answer, so helmet makes them once. */
function securityHeaders(config: Config): Readonly<Record<string, string>> {
  const isPublicTls = config.PUBLIC_URL?.startsWith('https:') ?? false;
  const make = helmet({
    contentSecurityPolicy: config.CONTENT_SECURITY_POLICY && {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Without the setting whoever ends TLS in front decides.
    strictTransportSecurity: isPublicTls && { maxAge: YEAR_S, includeSubDomains: false },
  });
  const made = new ServerResponse(new IncomingMessage(new Socket()));
  make(made.req, made, (error?: unknown) => {
    if (error) throw error;
  });
  return made.getHeaders() as Record<string, string>;
}
