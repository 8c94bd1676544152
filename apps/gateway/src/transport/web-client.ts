import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { roomIdSchema } from '@app/contracts';
import type { Config, Logger } from '@app/service';
import compression from 'compression';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import expressStaticGzip from 'express-static-gzip';

/** Addresses of the client's own screens; none is one of the API's or the demo's. */
const SCREENS = ['/', '/sign-in', '/chat', '/chat/:room'];

/** What may be one of them, and what may be a file: all have an extension, and a dot can be spelled otherwise. */
const MAY_BE_OURS = /^\/(?:sign-in|chat)?\/?$|^\/chat\/|[.%]/i;

/** The client's texts. What the API says stays as it is: a length after compression tells something of the contents. */
const COMPRESSED = /^(text\/|image\/svg|application\/manifest)/;

/** A folder is nothing to see, and nothing to be led to: the path that was asked may read as another host. */
const FILES = { index: false, cacheControl: false, redirect: false } as const;

/** The build's. What is spelled in another way may be no path at all. */
const PLAIN_NAME = /^\/[\w.-]+$/;

const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * Serves the built web client, compressed: its assets for ever (their names carry a hash), its page for every screen. A
 * browser asks each time whether the page, the service worker and all else without a hash is still the same. An address that
 * leads nowhere gets the page too, where one asks for a page (`sendLostPage`): it says so, and leads back.
 */
export function webClient(config: Config, logger: Logger): Router {
  const folder = resolve(config.CLIENT_DIR);
  if (!existsSync(join(folder, 'index.html')))
    logger.warn({ folder }, 'CLIENT_DIR has no index.html: no web client is served');
  const router = express.Router();
  // What is no reading is answered by those behind, in our form.
  router.use(({ method }, _response, next) => (method === 'GET' || method === 'HEAD' ? next() : next('router')));
  // No file is looked for where there can be none: each look is a turn of the thread pool.
  router.use((request, _response, next) => {
    const isCall = /^\/api(\/|$)/i.test(request.path) || !(MAY_BE_OURS.test(request.path) || asksForPage(request));
    next(isCall ? 'router' : undefined);
  });
  router.use(
    compression({ filter: (_request, response) => COMPRESSED.test(String(response.getHeader('Content-Type'))) }),
  );
  router.use('/assets', assets(join(folder, 'assets')));
  const files = express.static(folder, { ...FILES, setHeaders: keep('no-cache') });
  router.use(files);
  const page = (request: Request, response: Response, next: (error?: unknown) => void) => {
    request.url = '/index.html';
    files(request, response, next);
  };
  router.use((request, response, next) => {
    if (asksForPage(request))
      response.locals.lostPage = (next: () => void) => page(request, response.status(404), next);
    next();
  });
  router.get(SCREENS, (request, response, next) => {
    const { room } = request.params;
    if (room === undefined || roomIdSchema.safeParse(room).success) page(request, response, next);
    else next();
  });
  return router;
}

/** As they are, or as the build has compressed them. */
function assets(folder: string): RequestHandler {
  const options = { ...FILES, fallthrough: false, setHeaders: keep(FOR_EVER) };
  const compressed = expressStaticGzip(folder, {
    index: false,
    enableBrotli: true,
    orderPreference: ['br', 'gz'],
    serveStatic: options,
  });
  const plain = express.static(folder, options);
  return (request, response, next) => (PLAIN_NAME.test(request.path) ? compressed : plain)(request, response, next);
}

/**
 * Answers a request for a page that is not there with the client's own.
 * @returns whether it was one
 */
export function sendLostPage({ locals }: Response, otherwise: () => void): boolean {
  if (typeof locals.lostPage !== 'function') return false;
  locals.lostPage(otherwise);
  return true;
}

/** Whether a page is wanted, and not what a program reads. */
function asksForPage(request: Request): boolean {
  return request.method === 'GET' && request.accepts(['json', 'html']) === 'html';
}

const keep = (how: string) => (response: ServerResponse) => void response.setHeader('Cache-Control', how);
