import { PROTOCOL_VERSION } from '@app/contracts';
import { CALLS, HEARD } from './events';
import { type JsonSchema, refTo, schemasUsedBy } from './schemas';

interface Ref {
  $ref: string;
}
export interface EventMessage {
  name: string;
  title: string;
  description?: string;
  payload: JsonSchema;
}
/** `receive`: the gateway does, a client calls; `send`: the gateway does, a client hears. */
export interface EventOperation {
  action: 'receive' | 'send';
  title: string;
  description?: string;
  security: Ref[];
  channel: Ref;
  messages: Ref[];
  reply?: { channel: Ref; messages: Ref[] };
}
export interface AsyncApi {
  asyncapi: '3.0.0';
  info: { title: string; version: string; description: string };
  defaultContentType: 'application/json';
  channels: { socket: { address: string; title: string; messages: Record<string, EventMessage> } };
  operations: Record<string, EventOperation>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object };
}

const DESCRIPTION =
  'Socket.IO 4 (protocol 5), default path and namespace, the session cookie in the handshake, `auth: {protocol: 1}`. ' +
  'Without a valid session: `connect_error` with the message `unauthorized`, with too many connections `rate_limited`. A call is acknowledged with `{ok: true, …}` ' +
  'or `{ok: false, error}`.';

const SECURITY: Ref[] = [{ $ref: '#/components/securitySchemes/session' }];
const CHANNEL: Ref = { $ref: '#/channels/socket' };
const inChannel = (key: string): Ref => ({ $ref: `#/channels/socket/messages/${key}` });
/** A call and an event may bear the same name. */
const keyOf = (action: 'call' | 'ack' | 'event', event: string) => `${action}-${event.replace('.', '-')}`;

/** The AsyncAPI 3.0 document of all Socket.IO events, as the gateway sees them. */
export function asyncApi(cookie: string): AsyncApi {
  const messages: Record<string, EventMessage> = {};
  const operations: Record<string, EventOperation> = {};
  for (const [event, { summary, description, payload, answer }] of Object.entries(CALLS)) {
    const [call, ack] = [keyOf('call', event), keyOf('ack', event)];
    messages[call] = { name: event, title: summary, payload: refTo(payload) };
    messages[ack] = {
      name: `${event} acknowledged`,
      title: `How \`${event}\` is acknowledged`,
      payload: refTo(answer),
    };
    operations[call] = {
      action: 'receive',
      title: summary,
      ...(description && { description }),
      security: SECURITY,
      channel: CHANNEL,
      messages: [inChannel(call)],
      reply: { channel: CHANNEL, messages: [inChannel(ack)] },
    };
  }
  for (const [event, { summary, description, payload }] of Object.entries(HEARD)) {
    const key = keyOf('event', event);
    messages[key] = { name: event, title: summary, payload: payload ? refTo(payload) : { type: 'null' } };
    operations[key] = {
      action: 'send',
      title: summary,
      ...(description && { description }),
      security: SECURITY,
      channel: CHANNEL,
      messages: [inChannel(key)],
    };
  }
  return {
    asyncapi: '3.0.0',
    info: { title: 'redis-chat', version: String(PROTOCOL_VERSION), description: DESCRIPTION },
    defaultContentType: 'application/json',
    channels: { socket: { address: '/', title: "Socket.IO's default namespace", messages } },
    operations,
    components: {
      schemas: schemasUsedBy(messages),
      securitySchemes: {
        session: { type: 'httpApiKey', in: 'cookie', name: cookie, description: 'Set by signing in.' },
      },
    },
  };
}
