#!/bin/sh
# Prints the commands that give a Redis its users, with the SHA-256 of their passwords: users.sh secret.env | redis-cli …
# `chat` has all data: for an operator's tools, and for services of versions before each had a user of its own. The others are
# the services', as the code says (`npm run docs` writes `users`).
# Without a file the passwords are taken from the environment: REDIS_PASSWORD, REDIS_PASSWORD_GATEWAY and so on.
# With `--acl` it prints the lines of an ACL file instead.
set -eu
command='ACL SETUSER'
if [ "${1:-}" = --acl ]; then
  command=user
  shift
fi
hash() {
  if [ -n "${2:-}" ]; then value=$(sed -n "s/^$1=//p" "$2"); else value=$(printenv "$1" || true); fi
  if [ -z "$value" ]; then
    echo "$1 is not set" >&2
    exit 1
  fi
  printf %s "$value" | sha256sum | cut -d ' ' -f 1
}
sum=$(hash REDIS_PASSWORD "${1:-}")
echo "$command chat reset on #$sum ~* &* +@all -@admin -@dangerous +info +role +client|unblock"
while read -r name rules; do
  sum=$(hash "REDIS_PASSWORD_$(printf %s "$name" | tr a-z A-Z)" "${1:-}")
  echo "$command $name reset on #$sum $rules"
done <"$(dirname "$0")/users"
