import type { RedisEndpoint } from '@app/redis';

/** A Redis server that can be mistreated; one kind runs as a process, one in a container. */
export interface Backend {
  readonly endpoint: RedisEndpoint;
  /** Starts it on its port; resolves when the port answers. */
  start(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Removes all that is left of it. */
  remove(): Promise<void>;
}
