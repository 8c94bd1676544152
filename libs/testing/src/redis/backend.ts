import type { RedisEndpoint } from '@app/redis';

/** A Redis that can be mistreated: a server as a process or in a container, or all servers of a Cluster or under Sentinels. */
export interface Backend {
  readonly endpoint: RedisEndpoint;
  /** What the services are to be given. */
  readonly url: string;
  /** Ports of the servers that clients talk to. */
  readonly ports: readonly number[];
  /** Starts it where it was; resolves when it answers. */
  start(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Removes all that is left of it. */
  remove(): Promise<void>;
}

/** As the services are given one server. */
export function urlOf({ host, port }: RedisEndpoint): string {
  return `redis://${host}:${port}`;
}
