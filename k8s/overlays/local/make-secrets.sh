#!/bin/sh
# Writes secret.env, which git ignores, into this folder or the given one. No line of an existing one is changed, since the data
# of a Redis that runs already go with its password and the cookies of those signed in with the session secret; what a newer
# version needs is added.
set -eu
file="${1:-$(dirname "$0")}/secret.env"
random() {
  head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}
umask 077
touch "$file"
for name in SESSION_SECRET SEAL_SECRET REDIS_PASSWORD REDIS_OPERATOR_PASSWORD \
  REDIS_PASSWORD_GATEWAY REDIS_PASSWORD_AUTH REDIS_PASSWORD_ROOMS REDIS_PASSWORD_MESSAGES; do
  if grep -q "^$name=" "$file"; then continue; fi
  # The last line may lack its end.
  [ -z "$(tail -c 1 "$file")" ] || echo >>"$file"
  echo "$name=$(random)" >>"$file"
done
