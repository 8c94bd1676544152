#!/bin/sh
# Writes .env with random secrets for docker-compose, for its owner's eyes only. In an existing one it changes no line, and adds
# those that a newer version needs. PUBLIC_URL in the environment says where people open the chat; a new file asks for it at a terminal.
set -eu
file=${1:-"$(dirname "$0")/../.env"}
secret() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
has() { grep -q "^ *\(export  *\)\{0,1\}$1 *=" "$file"; }
if [ ! -e "$file" ] && [ -z "${PUBLIC_URL+given}" ] && [ -t 0 ]; then
  printf 'Where will people open the chat? For instance https://chat.example; empty: on this machine alone, for now. '
  read -r PUBLIC_URL
fi
url=${PUBLIC_URL:-}
case $url in
  '' | http://?* | https://?*) ;;
  *)
    echo "PUBLIC_URL must begin with https:// or http://" >&2
    exit 1
    ;;
esac
umask 077
[ -e "$file" ] || cat >"$file" <<END
# The port to open, and at which of this machine's addresses: 127.0.0.1 is for itself alone, 0.0.0.0 for everybody.
PORT=3000
BIND_ADDRESS=127.0.0.1
END
added=
add() {
  # The last line may lack its end.
  [ -z "$(tail -c 1 "$file")" ] || echo >>"$file"
  echo "$1=$2" >>"$file"
  added="$added $1"
}
for name in SESSION_SECRET SEAL_SECRET REDIS_PASSWORD REDIS_OPERATOR_PASSWORD GRAFANA_PASSWORD \
  REDIS_PASSWORD_GATEWAY REDIS_PASSWORD_AUTH REDIS_PASSWORD_ROOMS REDIS_PASSWORD_MESSAGES; do
  has "$name" || add "$name" "$(secret)"
done
[ -z "$url" ] || has PUBLIC_URL || add PUBLIC_URL "$url"
if [ -n "$added" ]; then echo "$file has got$added"; else echo "$file has all there is and is left as it is"; fi
