#!/bin/sh
# Replaces all data by a snapshot from standard input: deploy/restore.sh < chat.rdb. Everything must be down (`down`, without
# `--volumes`); `up` starts from the snapshot.
set -eu
cd "$(dirname "$0")/.."
compose=$(docker compose version >/dev/null 2>&1 && echo "docker compose" || echo docker-compose)
# A Redis with an append-only file does not look at a snapshot, so one without makes the file of it.
$compose ${COMPOSE_OPTIONS:-} run --rm -T redis sh -c '
  set -eu
  cat >/tmp/new.rdb
  redis-check-rdb /tmp/new.rdb >/dev/null
  rm -rf /data/*
  mv /tmp/new.rdb /data/dump.rdb
  redis-server --dir /data --port 0 --unixsocket /tmp/redis.sock --daemonize yes --save "" >/dev/null
  cli() { redis-cli -s /tmp/redis.sock "$@"; }
  until cli ping 2>/dev/null | grep -qx PONG; do sleep 0.1; done
  cli config set appendonly yes >/dev/null
  until cli info persistence | grep -q "aof_rewrite_in_progress:0" && cli info persistence | grep -q "aof_rewrite_scheduled:0"; do sleep 0.1; done
  cli info persistence | grep -q "aof_last_bgrewrite_status:ok"
  cli shutdown nosave || true
'
