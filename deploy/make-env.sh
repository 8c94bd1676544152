#!/bin/sh
# Writes .env with random secrets for docker-compose, for its owner's eyes only. In an existing one it changes no line, and adds
# those that a newer version needs.
set -eu
file=${1:-"$(dirname "$0")/../.env"}
secret() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
umask 077
[ -e "$file" ] || printf '# The port to open.\nPORT=3000\n' >"$file"
added=
for name in SESSION_SECRET SEAL_SECRET REDIS_PASSWORD REDIS_OPERATOR_PASSWORD GRAFANA_PASSWORD; do
  if grep -q "^ *\(export  *\)\{0,1\}$name *=" "$file"; then continue; fi
  # The last line may lack its end.
  [ -z "$(tail -c 1 "$file")" ] || echo >>"$file"
  echo "$name=$(secret)" >>"$file"
  added="$added $name"
done
if [ -n "$added" ]; then echo "$file has got$added"; else echo "$file has all there is and is left as it is"; fi
