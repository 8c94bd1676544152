import type { Handshake } from '../load/socket';
import type { Child } from '../processes/child';
import type { BenchRedis } from '../processes/redis';

/** A room and who is in it: people are numbered from 0. */
export interface BenchRoom {
  readonly id: string;
  readonly members: readonly number[];
}

export interface StartOptions {
  /** Gateways, all on the first core; 1 when not said. */
  gateways?: number;
  /** Accounts that people have with ours; 1,000 when not said. Person n has the account n % accounts, in another tab. */
  accounts?: number;
  env?: Record<string, string>;
  /** Gateways have the first core to themselves; so it is when not said. */
  pinned?: boolean;
}

/** A system that runs and can be spoken to. */
export interface RunningSystem {
  readonly name: string;
  readonly gateways: readonly Child[];
  /** Its other processes by what they do: `redis`, `messages`, … */
  readonly others: Readonly<Record<string, Child>>;
  readonly redis?: BenchRedis;
  /** Whether it answers what is sent, and how an answer begins that it went well. */
  readonly okAnswer?: string;
  /** Copies differ in bytes, or in their order among senders, so that each has to be looked at. */
  readonly copiesDiffer?: boolean;
  /** To be called before those people connect. */
  makeRooms(rooms: readonly BenchRoom[]): Promise<void>;
  /** How somebody connects to the nth gateway. */
  handshake(person: number, gateway?: number): Handshake;
  /** A message of a client as a WebSocket frame; its answer comes under the mark, too. */
  message(roomId: string, text: string, mark: number): Buffer;
  /** Headers of an HTTP request of somebody. */
  headers(person: number): Record<string, string>;
  /** Starts the nth gateway again, after its end, on the port it had. */
  restartGateway(n: number): Promise<void>;
  stop(): Promise<void>;
}
