import type { Actor } from '@app/contracts';

/** Who asks, and as part of what: handed on as an argument, from where a request comes in to whatever it causes. */
export interface CallContext {
  /** Names the request in all logs, from the edge inwards. */
  readonly requestId: string;
  /** The span that this is part of, as a W3C `traceparent`; by default the one that it runs in. */
  readonly span?: string | undefined;
  readonly actor?: Actor | undefined;
}
