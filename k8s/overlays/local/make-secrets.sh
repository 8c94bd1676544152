#!/bin/sh
# Writes secret.env, which git ignores, into this folder or the given one. An existing one is kept: the data of a Redis
# that runs already goes with its password, and the cookies of those signed in with the session secret.
set -eu
file="${1:-$(dirname "$0")}/secret.env"
if [ -e "$file" ]; then
  echo "$file is there already" >&2
  exit 0
fi
random() {
  head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}
umask 077
printf 'SESSION_SECRET=%s\nREDIS_PASSWORD=%s\n' "$(random)" "$(random)" >"$file"
