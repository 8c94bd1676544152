import { PROTOCOL_VERSION } from '@app/contracts';
import { CALLS, HEARD } from './events';
import { type JsonSchema, refTo, schemasUsedBy } from './schemas';

interface Ref {
  $ref: string;
}
interface EventMessage {
  name: string;
  title: string;
  payload: JsonSchema;
}
/** What has one event's name: what is called, how that is acknowledged, what is heard. */
interface Channel {
  address: string;
  messages: { call?: EventMessage; ack?: EventMessage; event?: EventMessage };
}
/** `receive`: the gateway does, a client calls; `send`: the gateway does, a client hears. */
interface EventOperation {
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
  channels: Record<string, Channel>;
  operations: Record<string, EventOperation>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object };
}

const DESCRIPTION =
  'The events that a gateway receives from clients and sends to them, each a channel; its [HTTP routes](/api/docs) are a ' +
  'document of their own.\n\n' +
  'Socket.IO 4 (protocol 5), default path and namespace, the session cookie in the handshake, `auth: {protocol: 1}`. ' +
  'Without a valid session: `connect_error` with the message `unauthorized`, with too many connections `rate_limited`. A call is acknowledged with `{ok: true, …}` ' +
  'or `{ok: false, error}`.';

/** The AsyncAPI 3.0 document of all Socket.IO events, as the gateway sees them. */
export function asyncApi(cookie: string): AsyncApi {
  const channels: AsyncApi['channels'] = {};
  const operations: AsyncApi['operations'] = {};
  const add = (event: string, messages: Channel['messages']) => {
    channels[event] = { address: event, messages: { ...channels[event]?.messages, ...messages } };
  };
  for (const [event, { summary, description, payload, answer }] of Object.entries(CALLS)) {
    add(event, {
      call: { name: event, title: summary, payload: refTo(payload) },
      ack: { name: `${event} acknowledged`, title: 'Acknowledgement', payload: refTo(answer) },
    });
    const reply = { channel: channelOf(event), messages: [messageOf(event, 'ack')] };
    operations[`receive-${event}`] = { ...operation('receive', event, 'call', summary, description), reply };
  }
  for (const [event, { summary, description, payload }] of Object.entries(HEARD)) {
    add(event, { event: { name: event, title: summary, payload: payload ? refTo(payload) : { type: 'null' } } });
    operations[`send-${event}`] = operation('send', event, 'event', summary, description);
  }
  return {
    asyncapi: '3.0.0',
    info: { title: 'redis-chat', version: String(PROTOCOL_VERSION), description: DESCRIPTION },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: {
      schemas: schemasUsedBy(channels),
      securitySchemes: {
        session: { type: 'httpApiKey', in: 'cookie', name: cookie, description: 'Set by signing in.' },
      },
    },
  };
}

function operation(
  action: EventOperation['action'],
  event: string,
  message: 'call' | 'event',
  title: string,
  description: string | undefined,
): EventOperation {
  return {
    action,
    title,
    ...(description && { description }),
    security: [{ $ref: '#/components/securitySchemes/session' }],
    channel: channelOf(event),
    messages: [messageOf(event, message)],
  };
}

const channelOf = (event: string): Ref => ({ $ref: `#/channels/${event}` });
const messageOf = (event: string, message: keyof Channel['messages']): Ref => ({
  $ref: `#/channels/${event}/messages/${message}`,
});
