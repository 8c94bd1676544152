#!/bin/sh
# Replaces the running services of docker-compose by new ones, one after the other: docker-compose build && deploy/upgrade.sh
set -eu
cd "$(dirname "$0")/.."
compose=$(docker compose version >/dev/null 2>&1 && echo "docker compose" || echo docker-compose)
compose="$compose ${COMPOSE_OPTIONS:-}"

are_healthy() {
  for container in $($compose ps -q "$1"); do
    [ "$(docker inspect -f '{{.State.Health.Status}}' "$container")" = healthy ] || return 1
  done
}
wait_for() {
  until are_healthy "$1"; do sleep 1; done
  echo "$1 is new"
}

# `up` alone would replace both replicas at once: new ones come first, then the old ones go.
for service in auth rooms messages; do
  old=$($compose ps -q "$service")
  $compose up -d --no-deps --no-recreate --scale "$service=4" "$service"
  wait_for "$service"
  docker stop -t 15 $old >/dev/null
  docker rm $old >/dev/null
done
for service in gateway-1 gateway-2; do
  $compose up -d --no-deps "$service"
  wait_for "$service"
done
