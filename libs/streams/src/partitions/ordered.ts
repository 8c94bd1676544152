import type { ChatError } from '@app/contracts';
import type { WireRequest } from '../wire';
import type { Lane } from './router';

/** A request that is handled in the order of its room, on the way out. */
export interface Ordered {
  readonly request: WireRequest;
  readonly room: string;
  /** Of whom it is one; those of one lane are handled in the order in which they were asked. */
  readonly lane?: Lane | undefined;
  /** It is on its way, and counted in its lane. */
  isSent: boolean;
  /** Answered, failed, or given up by its caller. */
  isOver: boolean;
  /** @param error ChatError `overloaded`: not stored; `unavailable`: unknown whether it is stored */
  failed(error: ChatError): void;
}
