import { accessRules, REDIS_USERS } from '@app/redis';

/** A Redis user for each service, as options of a server; its password is its name. */
export function users(): string[] {
  return REDIS_USERS.flatMap((user) => ['--user', user, 'on', `>${user}`, ...accessRules(user)]);
}
