/** What a client sends. */
export interface Sent {
  roomId: string;
  message: string;
  clientId: string;
}

const seqs = new Map<string, number>();

/** What everybody in the room gets: the fields that our own gateways send, so that copies of all peers are of one size. */
export function announced({ roomId, message, clientId }: Sent, from: string) {
  const seq = (seqs.get(roomId) ?? 0) + 1;
  seqs.set(roomId, seq);
  const micros = Date.now() * 1000 + (seq % 1000);
  return { id: `${roomId}-${seq}-${micros}`, seq, from, date: micros / 1e6, message, roomId, clientId };
}

/** Tells the bench that a peer serves. */
export function ready(port: number): void {
  process.send?.({ type: 'ready', port });
}

/** The port of an address that a server listens on. */
export function portOf(address: unknown): number {
  return (address as { port: number }).port;
}
