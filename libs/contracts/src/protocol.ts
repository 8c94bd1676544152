import type { ErrorBody } from './errors';

/** Where Socket.IO is served. */
export const SOCKET_PATH = '/socket.io/';

/** Told in the handshake's `auth` by our own client; the demo's says nothing. */
export const PROTOCOL_VERSION = 1;

/** A call's outcome: one form for every acknowledgement. */
export type Ack<T extends object> = ({ ok: true } & T) | { ok: false; error: ErrorBody };
