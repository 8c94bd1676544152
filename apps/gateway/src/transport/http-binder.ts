import { ChatError, type Route as DefinedRoute, type MessageBody, parse, revOf } from '@app/contracts';
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
    if (http.etag) response.setHeader('ETag', tagOf(answer as string | MessageBody));
    if (typeof answer === 'string') sendJson(request, response, answer);
    else if (answer === undefined) response.send();
    else response.json(answer);
  };
}

/** As Express sends it, which reads again what is known here. */
function sendJson({ headers }: Request, response: Response, json: string): void {
  response.setHeader('Content-Type', JSON_TYPE);
  // Express knows what is to be said to who has a validator.
  if (headers['if-none-match'] !== undefined) {
    response.send(json);
    return;
  }
  response.setHeader('Content-Length', Buffer.byteLength(json));
  response.end(json);
}

const tagOf = (answer: string | MessageBody): string => {
  const { message } = typeof answer === 'string' ? (JSON.parse(answer) as MessageBody) : answer;
  return `"${revOf(message)}"`;
};

const TAG = /^"([1-9]\d{0,14})"$/;

/** What `If-Match` says of a request. @throws ChatError `invalid` where it cannot be heeded */
function conditionOf({ headers, method }: Request, said: object, field: string | undefined): object {
  const tag = headers['if-match'];
  if (tag === undefined || method === 'GET') return {};
  // It is there, or the answer is `not_found`.
  if (tag === '*' && field === undefined) return {};
  if (field === undefined) throw new ChatError('invalid', 'If-Match: not heeded here');
  const [, rev] = TAG.exec(tag) ?? [];
  if (rev === undefined) throw new ChatError('invalid', 'If-Match: must be one ETag of an answer');
  const other = (said as Record<string, unknown>)[field];
  if (other !== undefined && other !== Number(rev)) throw new ChatError('invalid', `${field}: not as If-Match says`);
  return { [field]: Number(rev) };
}

const NOTHING = z.strictObject({});

/** Gathers the request from its path, and its query or body; the other of the two is to say nothing. */
function reader({ definition }: BoundCall, { method, path, ifMatch }: DefinedRoute): (request: Request) => object {
  const schema = definition.request as z.ZodObject;
  const params = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, schema.shape[name] as z.ZodType] as const);
  const others = schema.omit(Object.fromEntries(params.map(([name]) => [name, true])) as Record<string, true>);
  const isInQuery = method === 'GET' || method === 'DELETE';
  return (request) => {
    const { params: inPath, query, body } = request;
    const fields = Object.fromEntries(params.map(([name, field]) => [name, parse(field, inPath[name])]));
    const [said, unheard] = isInQuery ? [query, body] : [body, query];
    // What nobody reads may be meant as a condition.
    if (unheard !== undefined) parse(NOTHING, unheard);
    const asked = said ?? {};
    return { ...parse(others, { ...asked, ...conditionOf(request, asked, ifMatch) }), ...fields };
  };
}
