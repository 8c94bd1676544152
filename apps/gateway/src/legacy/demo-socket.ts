import { type CallParsed, demoSendSchema, parse, postMessageSchema } from '@app/contracts';

/**
 * A `message` in our form or the demo's. The demo's carries a sender and a date, which are not believed, and no client
 * id; its ids may be numbers. (`room.join` needs no form of its own.)
 * @throws ChatError `invalid`
 */
export function readSend(body: unknown): CallParsed<'message'> {
  const isDemos = typeof body === 'object' && body !== null && !('clientId' in body);
  return isDemos ? parse(demoSendSchema, body) : parse(postMessageSchema, body);
}
