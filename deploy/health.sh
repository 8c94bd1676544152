#!/bin/bash
# A container's health check: succeeds when the service in it is ready. By bash alone: a Node.js started every few seconds in each
# container would cost more than the services do when idle, and pile up on a busy machine.
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-3000}" || exit 1
printf 'GET /health/ready HTTP/1.0\r\n\r\n' >&3
read -r -t 5 _ status _ <&3
[[ $status == 200 ]]
