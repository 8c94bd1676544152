#!/bin/sh
# Writes a snapshot of all data of the running docker-compose to standard output: deploy/backup.sh > chat.rdb
set -eu
cd "$(dirname "$0")/.."
compose=$(docker compose version >/dev/null 2>&1 && echo "docker compose" || echo docker-compose)
# redis-cli writes what it does on standard error.
$compose ${COMPOSE_OPTIONS:-} exec -T redis sh -c \
  'REDISCLI_AUTH=$REDIS_OPERATOR_PASSWORD redis-cli --no-auth-warning --rdb -' </dev/null
