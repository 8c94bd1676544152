#!/bin/sh
# Starts the nginx that ends TLS, for the address in PUBLIC_URL.
set -eu
refuse() {
  echo "$1" >&2
  exit 1
}
url=${PUBLIC_URL%/}
case $url in
  https://*[!A-Za-z0-9.:-]* | https://) refuse "PUBLIC_URL must be https://host or https://host:port for the profile tls" ;;
  https://*) ;;
  *) refuse "PUBLIC_URL must begin with https:// for the profile tls" ;;
esac
for file in fullchain.pem privkey.pem; do
  [ -r "/etc/nginx/tls/$file" ] || refuse "$file is not there, or not readable for user $(id -u): see deploy/make-certificate.sh"
done
sed "s|@PUBLIC_URL@|$url|" /etc/nginx/redis-chat/tls.conf >/tmp/tls.conf
exec nginx -c /tmp/tls.conf -g "daemon off;"
