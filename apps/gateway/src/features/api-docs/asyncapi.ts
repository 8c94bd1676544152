import {
  CALLS,
  type CallName,
  callNamed,
  EVENTS,
  type EventDefinition,
  type EventName,
  PROTOCOL_VERSION,
} from '@app/contracts';
import { z } from 'zod';
import { ApiSchemas, capital, type JsonSchema } from './schemas';

interface Ref {
  $ref: string;
}
/** What has one event's name: what is called, how that is acknowledged, what is heard. */
interface Channel {
  address: string;
  messages: Partial<Record<'call' | 'ack' | 'event', { name: string; title: string; payload: JsonSchema }>>;
}
/** `receive`: the gateway does, a client calls; `send`: the gateway does, a client hears. */
type Action = 'receive' | 'send';

const DESCRIPTION =
  'The events that a gateway receives from clients and sends to them, each a channel; its [HTTP routes](/api/docs) are a ' +
  'document of their own.\n\n' +
  'Socket.IO 4 (protocol 5), default path and namespace, the session cookie in the handshake, `auth: {protocol: 1}`. ' +
  'Without a valid session: `connect_error` with the message `unauthorized`, with too many connections `rate_limited`. A call is acknowledged with `{ok: true, …}` ' +
  'or `{ok: false, error}`.';

/** The AsyncAPI 3.0 document of all Socket.IO events, as the gateway sees them. */
export function asyncApi(cookie: string) {
  const schemas = new ApiSchemas();
  const channels: Record<string, Channel> = {};
  const operations: Record<string, ReturnType<typeof operation>> = {};
  const add = (event: string, messages: Channel['messages']) => {
    channels[event] = { address: event, messages: { ...channels[event]?.messages, ...messages } };
  };
  for (const name of Object.keys(CALLS) as CallName[]) {
    const { socket, request, answer, conflict, doc } = callNamed(name);
    if (!socket) continue;
    const payload = schemas.request(request, `${capital(name)}Request`, doc.fields);
    const ack = schemas.ack(name, answer, conflict);
    add(name, {
      call: { name, title: doc.summary, payload },
      ack: { name: `${name} acknowledged`, title: 'Acknowledgement', payload: ack },
    });
    const reply = { channel: channelOf(name), messages: [messageOf(name, 'ack')] };
    operations[`receive-${name}`] = operation('receive', name, doc.summary, doc.socket ?? doc.description, reply);
  }
  for (const name of Object.keys(EVENTS) as EventName[]) {
    const { data, doc, ...more }: EventDefinition = EVENTS[name];
    const isBare = data instanceof z.ZodUndefined;
    const payload = isBare ? { type: 'null' } : schemas.answer(data, `${capital(name)}Event`);
    add(name, { event: { name, title: doc.summary, payload } });
    const description = [whoseIs(more), doc.description].filter(Boolean).join(' ') || undefined;
    operations[`send-${name}`] = operation('send', name, doc.summary, description);
  }
  return {
    asyncapi: '3.0.0',
    info: { title: 'redis-chat', version: String(PROTOCOL_VERSION), description: DESCRIPTION },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: {
      schemas: schemas.usedBy(channels),
      securitySchemes: {
        session: { type: 'httpApiKey', in: 'cookie', name: cookie, description: 'Set by signing in.' },
      },
    },
  };
}

function whoseIs({ since, legacy }: Pick<EventDefinition, 'since' | 'legacy'>): string | undefined {
  if (since) return `For sockets that told \`auth: {protocol: ${since}}\` in the handshake.`;
  return legacy && "For sockets that told no protocol, as the demo's.";
}

function operation(action: Action, event: string, title: string, description: string | undefined, reply?: object) {
  return {
    action,
    title,
    description,
    security: [{ $ref: '#/components/securitySchemes/session' }],
    channel: channelOf(event),
    messages: [messageOf(event, action === 'send' ? 'event' : 'call')],
    reply,
  };
}

const channelOf = (event: string): Ref => ({ $ref: `#/channels/${event}` });
const messageOf = (event: string, message: keyof Channel['messages']): Ref => ({
  $ref: `#/channels/${event}/messages/${message}`,
});
