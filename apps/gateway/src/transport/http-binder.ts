import { ChatError, type Route as DefinedRoute, parse } from '@app/contracts';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { Limits } from '../auth/limits';
import { type AnyAsked, Binder, type BoundCall } from './binder';
import type { ErrorFilter } from './error.filter';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Makes the routes of calls. To be called when all that a request passes before its route is in place.
 * @param errors answers what they throw
 */
export function bindRoutes(app: NestExpressApplication, calls: readonly BoundCall[], errors: ErrorFilter): void {
  const [binder, limits, adapter] = [app.get(Binder), app.get(Limits), app.getHttpAdapter()];
  for (const call of calls) {
    const { http } = call.definition;
    if (!http) continue;
    const answer = answering(call, http, binder, limits);
    const method = http.method.toLowerCase() as Lowercase<DefinedRoute['method']>;
    const handle: RequestHandler = (request, response) => {
      answer(request, response).catch((error: unknown) => errors.respond(error, request, response));
    };
    adapter[method](http.path, handle as never);
  }
}

function answering(call: BoundCall, http: DefinedRoute, binder: Binder, limits: Limits) {
  const { may, rate } = call.definition;
  const { status = 200 } = http;
  const readFrom = reader(call, http);
  return async (request: Request, response: Response): Promise<void> => {
    const { user, context } = request;
    if (!user && may !== 'anybody') throw new ChatError('unauthorized', 'Not signed in');
    if (user && rate !== 'own') await limits.beginRequest(user.id, call.cost, response);
    const asked: AnyAsked = { via: 'http', request, response, user, context };
    const answer = await binder.run(call, () => readFrom(request), asked);
    response.status(status);
    if (typeof answer === 'string') sendJson(request, response, answer);
    else if (answer === undefined) response.send();
    else response.json(answer);
  };
}

/** As Express sends it, which reads again what is known here. */
function sendJson({ headers }: Request, response: Response, json: string): void {
  response.setHeader('Content-Type', JSON_TYPE);
  // There is no validator to compare with; Express knows what is to be said to who has one all the same.
  if (headers['if-none-match'] !== undefined) {
    response.send(json);
    return;
  }
  response.setHeader('Content-Length', Buffer.byteLength(json));
  response.end(json);
}

const NOTHING = z.strictObject({});

/** Gathers the request from its path, and its query or body; the other of the two is to say nothing. */
function reader({ definition }: BoundCall, { method, path }: DefinedRoute): (request: Request) => object {
  const schema = definition.request as z.ZodObject;
  const params = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, schema.shape[name] as z.ZodType] as const);
  const others = schema.omit(Object.fromEntries(params.map(([name]) => [name, true])) as Record<string, true>);
  const isInQuery = method === 'GET' || method === 'DELETE';
  return ({ params: inPath, query, body }) => {
    const fields = Object.fromEntries(params.map(([name, field]) => [name, parse(field, inPath[name])]));
    const [said, unheard] = isInQuery ? [query, body] : [body, query];
    // What nobody reads may be meant as a condition.
    if (unheard !== undefined) parse(NOTHING, unheard);
    return { ...parse(others, said ?? {}), ...fields };
  };
}
