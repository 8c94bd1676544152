#!/bin/sh
# Makes the users from the environment, so that no list of processes shows a password, and becomes Redis with the given options.
set -eu
sha256() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }
umask 077
# `default` is the operator, and never off: Redis 7.0 loads its append-only file with that user's rights, and what scripts
# wrote would be lost at the next start. REDIS_DEFAULT_PASSWORD is a second password, for who came as `default` before.
{
  echo "user default on #$(sha256 "$REDIS_OPERATOR_PASSWORD") ${REDIS_DEFAULT_PASSWORD:+#$(sha256 "$REDIS_DEFAULT_PASSWORD")} ~* &* +@all"
  echo "user health on nopass resetkeys resetchannels -@all +ping"
  sh "$(dirname "$0")/users.sh" --acl
} >/tmp/users.acl
exec redis-server "$@" --dir /data --appendonly yes --appendfsync "${REDIS_APPENDFSYNC:-everysec}" \
  --maxmemory-policy noeviction --aclfile /tmp/users.acl
