import type { ChatError } from '@app/contracts';
import type { WireRequest } from '../wire';

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

/** Requests of one asker, in order: they go one way at a time, and one at a time where the way itself keeps no order. */
export interface Lane {
  readonly name: string;
  /** The partition by which they are on their way; undefined: the stream that every replica reads. */
  way?: Place | undefined;
  onTheirWay: number;
  waiting: Ordered[];
}

/** What is to be added to one partition. While one write is on its way the rest waits for the next: so nothing overtakes. */
export interface Place {
  readonly stream: string;
  /** A replica reads it, as far as is known. */
  isHeld: boolean;
  queue: Ordered[];
  isAdding: boolean;
}
