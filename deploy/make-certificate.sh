#!/bin/sh
# Makes a certificate for a host, for trying docker-compose's profile tls; browsers warn of it. Leaves an existing one alone.
# deploy/make-certificate.sh chat.example [folder]
set -eu
host=${1:?"say for which host: deploy/make-certificate.sh chat.example"}
folder=${2:-"$(dirname "$0")/tls"}
if [ -e "$folder/privkey.pem" ]; then
  echo "$folder/privkey.pem exists and is left as it is"
  exit 0
fi
case $host in
  *[!0-9.]*) names="DNS:$host" ;;
  *) names="IP:$host" ;;
esac
mkdir -p "$folder"
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/CN=$host" \
  -addext "subjectAltName=$names" -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
chmod 644 "$folder/fullchain.pem"
# nginx runs as www-data, which is user 33.
if chown 33 "$folder/privkey.pem" 2>/dev/null; then
  echo "$folder has a certificate for $host"
else
  echo "$folder has a certificate for $host. Now let nginx read its key: sudo chown 33 $folder/privkey.pem"
fi
