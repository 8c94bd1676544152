import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { ErrorFilter } from './error.filter';

/** A route of Nest's that is asked with GET. */
interface ReadRoute {
  /** As it is declared. */
  path: string;
  params: readonly string[];
  pattern: RegExp;
  handle: RequestHandler;
}

/** A path without file extension, encoding or dots, and its query. */
const PLAIN = /^((?:\/[A-Za-z0-9:_-]+)+)(?:\?[\x21\x22\x24-\x7e]*)?$/;
const PARAM = '([A-Za-z0-9:_-]+)';
/** What wants JSON before a page. */
const ACCEPTED = /^(?:\*\/\*$|application\/json(?:,|$))/;

/**
 * Lets requests that only read, and are spelled plainly, pass by Express' routing, which takes longer than all that they need of
 * it. They come to the very handlers that Nest made of the controllers' routes, guards, pipes and all. Whatever is spelled in another
 * way takes the long way to the same place. To be called before the routes are made.
 * @param steps what a request passes before its route
 * @param errors answers what they throw
 */
export function serveReads(app: NestExpressApplication, steps: readonly RequestHandler[], errors: ErrorFilter): void {
  const express = app.getHttpAdapter().getInstance() as Express;
  const routes = noteRoutes(app);
  const pass = chain(steps, (request, response, next) => {
    const { route, params } = response.locals.read as Match;
    request.params = params;
    request.route = { path: route.path };
    route.handle(request, response, next);
  });
  const server = app.getHttpServer() as Server;
  const others = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
    const match = isPlain(asked) && find(routes, asked.url ?? '');
    if (!match) {
      for (const other of others) other.call(server, asked, answer);
      return;
    }
    const [request, response] = dress(express, asked, answer);
    response.locals.read = match;
    const failed = (error: unknown) => errors.respond(error, request, response);
    try {
      pass(request, response, failed);
    } catch (error) {
      failed(error);
    }
  });
}

/** The routes as Nest makes them. */
function noteRoutes(app: NestExpressApplication): readonly ReadRoute[] {
  const routes: ReadRoute[] = [];
  const adapter = app.getHttpAdapter() as unknown as { get(path: string, handle: RequestHandler): unknown };
  const get = adapter.get.bind(adapter);
  const note = (path: string, handle: RequestHandler) => {
    const params = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
    const pattern = new RegExp(`^${path.replace(/:\w+/g, PARAM)}$`);
    routes.push({ path, params, pattern, handle });
    return get(path, handle);
  };
  adapter.get = note;
  return routes;
}

function isPlain({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    headers.expect === undefined &&
    (headers.accept === undefined || ACCEPTED.test(headers.accept))
  );
}

interface Match {
  route: ReadRoute;
  params: Record<string, string>;
}

function find(routes: readonly ReadRoute[], url: string): Match | undefined {
  const path = PLAIN.exec(url)?.[1];
  if (path === undefined) return undefined;
  for (const route of routes) {
    const found = route.pattern.exec(path);
    if (found) return { route, params: Object.fromEntries(route.params.map((name, i) => [name, found[i + 1] ?? ''])) };
  }
  return undefined;
}

/** Makes request and answer what Express makes of them. */
function dress(express: Express, asked: IncomingMessage, answer: ServerResponse): [Request, Response] {
  const request = Object.setPrototypeOf(asked, express.request) as Request;
  const response = Object.setPrototypeOf(answer, express.response) as Response;
  request.res = response;
  Object.assign(response, { req: request, locals: Object.create(null) });
  request.originalUrl = request.url;
  request.baseUrl = '';
  return [request, response];
}

/** One handler of several. */
function chain(steps: readonly RequestHandler[], last: RequestHandler): RequestHandler {
  return steps.reduceRight<RequestHandler>(
    (then, step) => (request, response, failed) => {
      try {
        const going = step(request, response, (error) => (error ? failed(error) : then(request, response, failed)));
        if (going instanceof Promise) going.catch(failed);
      } catch (error) {
        failed(error);
      }
    },
    last,
  );
}
