import { parseEndpoint, type RedisEndpoint } from '@app/redis';
import { z } from 'zod';
import { SETTINGS, type SettingName } from './settings';

/** The configuration of a process: every setting, parsed. */
export type Config = { readonly [K in SettingName]: z.output<(typeof SETTINGS)[K]['schema']> } & {
  readonly redis: RedisEndpoint;
  readonly production: boolean;
};

/** Injection token of the configuration. */
export const CONFIG = Symbol('config');

/** A setting that cannot be used. Its message is one line naming it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What happens again and again, and the time within which it must have happened. */
const WITHIN = [
  ['PRESENCE_HEARTBEAT_MS', 'PRESENCE_LEASE_MS'],
  ['RELAY_HEARTBEAT_MS', 'RELAY_SILENCE_MS'],
  ['SESSION_CHECK_MS', 'SESSION_IDLE_MS'],
] as const;

/** Of a character beyond the first plane, as two escapes. */
const ESCAPED_BYTES = 12;
const REST_OF_CALL_BYTES = 1024;

/**
 * Reads the configuration from environment variables.
 * @throws ConfigError naming the first bad one
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const production = env.NODE_ENV === 'production';
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const fallback = setting.default instanceof Function ? setting.default(production) : setting.default;
    const text = given(env, name) ?? fallback;
    const result = setting.schema.safeParse(text);
    if (!result.success) throw new ConfigError(`${name} ${result.error.issues[0]?.message ?? 'is not valid'}`);
    values[name] = result.data;
  }
  const config = values as Omit<Config, 'redis' | 'production'>;
  for (const [often, within] of WITHIN) {
    if (config[often] >= config[within]) throw new ConfigError(`${within} must be longer than ${often}`);
  }
  if (config.SESSION_SECRET !== undefined && config.SEAL_SECRET?.includes(config.SESSION_SECRET)) {
    throw new ConfigError('SEAL_SECRET must be another than SESSION_SECRET');
  }
  try {
    const redis = {
      ...parseEndpoint(config.REDIS_ENDPOINT_URL, config.REDIS_PASSWORD, config.REDIS_USERNAME),
      timeoutMs: config.REDIS_TIMEOUT_MS,
      ...(!config.REDIS_TLS_VERIFY && { verify: false }),
    };
    if (config.RELAY === 'sharded' && redis.nodes) throw new ConfigError('RELAY=sharded does not serve a Cluster yet');
    return { ...config, ...roomForMessages(config), ...withoutForeign(config, env), production, redis };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const name = !env.REDIS_ENDPOINT_URL && env.REDIS_URL ? 'REDIS_URL' : 'REDIS_ENDPOINT_URL';
    throw new ConfigError(`${name} ${(error as Error).message}`);
  }
}

/** What takes a message takes the longest one that may be sent, however its JSON is escaped. */
function roomForMessages(
  config: Pick<Config, 'MAX_MESSAGE_LENGTH' | 'BODY_LIMIT_BYTES' | 'SOCKET_MESSAGE_BYTES' | 'SOCKET_CALL_BYTES'>,
) {
  const longest = ESCAPED_BYTES * config.MAX_MESSAGE_LENGTH + REST_OF_CALL_BYTES;
  return {
    BODY_LIMIT_BYTES: Math.max(config.BODY_LIMIT_BYTES, longest),
    SOCKET_MESSAGE_BYTES: Math.max(config.SOCKET_MESSAGE_BYTES, longest),
    SOCKET_CALL_BYTES: Math.max(config.SOCKET_CALL_BYTES, longest),
  };
}

/** Servers of the demo hear `MESSAGES` alone. @throws ConfigError when they are wanted where nothing is said on it */
function withoutForeign({ RELAY, FOREIGN_SERVERS }: Pick<Config, 'RELAY' | 'FOREIGN_SERVERS'>, env: NodeJS.ProcessEnv) {
  if (RELAY !== 'sharded') return {};
  if (FOREIGN_SERVERS && given(env, 'FOREIGN_SERVERS') !== undefined) {
    throw new ConfigError(
      'FOREIGN_SERVERS needs RELAY=messages: servers of the demo do not hear the channels of rooms; set it to false',
    );
  }
  return { FOREIGN_SERVERS: false };
}

/** Other names of settings that are read where the setting itself is not given. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  // What platforms call it that bring a Redis.
  REDIS_ENDPOINT_URL: 'REDIS_URL',
  // Its name until 0.1.
  COALESCE_MS: 'GATHER_MS',
};

const STRAY = /^\s|\s$|\p{Cc}/u;

/** An empty variable counts as none. @throws ConfigError for one with something invisible in it */
function given(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name] || env[OTHER_NAMES[name] ?? ''];
  // As a file with Windows' line ends, or a secret with a line break, leaves it: seen nowhere, and another value.
  if (value && STRAY.test(value)) {
    throw new ConfigError(
      `${name} must neither begin nor end with a space, nor hold a line break or control character`,
    );
  }
  return value || undefined;
}
