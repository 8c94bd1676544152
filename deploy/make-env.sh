#!/bin/sh
# Writes .env with random secrets for docker-compose, for its owner's eyes only. Leaves an existing one alone.
set -eu
file=${1:-"$(dirname "$0")/../.env"}
if [ -e "$file" ]; then
  echo "$file exists and is left as it is"
  exit 0
fi
secret() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
umask 077
cat >"$file" <<END
# The port to open.
PORT=3000
SESSION_SECRET=$(secret)
REDIS_PASSWORD=$(secret)
REDIS_OPERATOR_PASSWORD=$(secret)
GRAFANA_PASSWORD=$(secret)
END
echo "$file is written"
