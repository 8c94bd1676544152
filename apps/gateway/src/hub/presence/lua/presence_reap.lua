--[[
Takes connections off a gateway whose lease is over. Its users without another connection leave at once.

KEYS  1 {online_users}:gateways   2 {online_users}:gateway:{lapsed}   3 online_users   4 {online_users}:names
      5 {online_users}:leaving
ARGV  1 lapsed gateway's id   2 how many connections at once   3 channel   4 server id
      5 {online_users}:user: (before a user's id)
Output  how many connections were taken off; 0: there are no more and the gateway is forgotten (or it renewed its lease)
]]
-- include: announce
-- include: told
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not lease or tonumber(lease) >= now then
  return 0
end
local connections = redis.call('SPOP', KEYS[2], ARGV[2])
for _, connection in ipairs(connections) do
  local userId, connectionId = string.match(connection, '^(%d+)|(.*)$')
  local user = ARGV[5] .. userId
  redis.call('HDEL', user, connectionId)
  if redis.call('EXISTS', user) == 0 then
    redis.call('ZREM', KEYS[5], userId)
    goOffline(ARGV[3], ARGV[4], KEYS[3], KEYS[4], userId)
  end
end
if #connections == 0 then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return #connections
