#!/bin/sh
# Writes the users from the environment, so that no list of processes shows a password, and becomes Redis.
set -eu
sha256() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }
umask 077
# `default` is the operator, and never off: Redis 7.0 loads its append-only file with that user's rights, and what scripts
# wrote would be lost at the next start.
# `chat` has all data: for an operator's tools, and for services of versions before each had a user of its own.
cat >/tmp/users.acl <<END
user default on #$(sha256 "$REDIS_OPERATOR_PASSWORD") ~* &* +@all
user health on nopass resetkeys resetchannels -@all +ping
user chat on #$(sha256 "$REDIS_PASSWORD") ~* &* +@all -@admin -@dangerous +info +role +client|unblock
END
# A user for each service, as the code says (`npm run docs` writes the file).
while read -r name rules; do
  password=$(eval "printf %s \"\$REDIS_PASSWORD_$(printf %s "$name" | tr a-z A-Z)\"")
  echo "user $name on #$(sha256 "$password") $rules"
done </users >>/tmp/users.acl
exec redis-server --dir /data --appendonly yes --appendfsync "$REDIS_APPENDFSYNC" \
  --maxmemory-policy noeviction --aclfile /tmp/users.acl
