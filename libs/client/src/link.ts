import { type ClientEvents, PROTOCOL_VERSION, type ServerEvents } from '@app/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

const OPEN_TIMEOUT_MS = 10_000;

/** What happens to a link. */
export interface LinkHandlers {
  opened(): void;
  /** An attempt to open failed; `refused`: by the server's decision on the session. */
  failed(refused: boolean): void;
  /** An open link broke. */
  lost(): void;
  heard(event: string, payload: unknown): void;
}

/** A connection that is opened again and again; as little of Socket.IO as the client needs. */
export interface Link {
  open(): void;
  /** Without a call of `lost` or `failed`. */
  close(): void;
  /** @returns the acknowledgement; rejects when it takes longer than `timeoutMs` or the link is lost */
  call(event: keyof ClientEvents, payload: unknown, timeoutMs: number): Promise<unknown>;
}

export type LinkFactory = (handlers: LinkHandlers) => Link;

/**
 * The real link. WebSocket comes first: it opens in fewer round trips than polling with its upgrade and needs no
 * stickiness of what stands in front. Where it is refused, polling follows in the same attempt; where a proxy lets it
 * hang, the attempt times out and the next ones start with polling, which upgrades if it can.
 * @param url the server's origin; default: the page's
 */
export function socketLink(
  url: string | undefined,
  options: Partial<ManagerOptions & SocketOptions> = {},
): LinkFactory {
  return (handlers) => {
    const settings: Partial<ManagerOptions & SocketOptions> = {
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      timeout: OPEN_TIMEOUT_MS,
      withCredentials: true,
      ...options,
      auth: { protocol: PROTOCOL_VERSION },
      autoConnect: false,
      forceNew: true,
      reconnection: false,
    };
    const socket: Socket<ServerEvents, ClientEvents> = url === undefined ? io(settings) : io(url, settings);
    socket.on('connect', () => handlers.opened());
    socket.on('connect_error', (error: Error & { data?: { code?: unknown } }) => {
      if (error.message === 'timeout' && !options.transports) socket.io.opts.transports = ['polling', 'websocket'];
      handlers.failed(error.message === 'unauthorized' || error.data?.code === 'unauthorized');
    });
    socket.on('disconnect', (reason) => {
      if (reason !== 'io client disconnect') handlers.lost();
    });
    socket.onAny((event: string, payload: unknown) => handlers.heard(event, payload));
    return {
      open: () => socket.connect(),
      close: () => socket.disconnect(),
      call: (event, payload, timeoutMs) =>
        socket.connected
          ? socket.timeout(timeoutMs).emitWithAck(event, payload as never)
          : Promise.reject(new Error('Not connected')),
    };
  };
}
