/** What a packet of Socket.IO in our namespace says of itself before its JSON is read. */
export interface PacketHead {
  /** Of the event. */
  name: string | undefined;
  /** Of the acknowledgement that is asked for. */
  id: string | undefined;
  /** Where its JSON begins. */
  at: number;
}

const DIGIT_0 = 48;
const DIGIT_9 = 57;
/** Numbers that JavaScript and every client know. */
const MAX_ID_DIGITS = 15;

/**
 * Reads `2` `7` `["message",…`: type, id of the acknowledgement, name of the event. A name with an escape in it is none.
 * @param at where the id would begin
 */
export function readHead(packet: string, at: number): PacketHead {
  let end = at;
  for (let c = packet.charCodeAt(end); c >= DIGIT_0 && c <= DIGIT_9; c = packet.charCodeAt(++end));
  const id = end > at && end - at <= MAX_ID_DIGITS ? packet.slice(at, end) : undefined;
  if (!packet.startsWith('["', end)) return { name: undefined, id, at: end };
  const close = packet.indexOf('"', end + 2);
  return { name: close < 0 ? undefined : packet.slice(end + 2, close), id, at: end };
}
