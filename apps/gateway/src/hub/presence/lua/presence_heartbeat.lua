--[[
Renews a gateway's lease and sends those home whose grace is over.

KEYS  1 {online_users}:gateways   2 {online_users}:leaving   3 online_users   4 {online_users}:names
ARGV  1 gateway id   2 lease in ms   3 channel   4 server id   5 how many may leave at once
      6 {online_users}:user: (before a user's id)
Output  {1 when the lease had not been over (others may have begun to take its connections off), gateways whose lease lapsed…}
]]
-- include: announce
-- include: told
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])

for _, userId in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, ARGV[5])) do
  redis.call('ZREM', KEYS[2], userId)
  if redis.call('EXISTS', ARGV[6] .. userId) == 0 then
    goOffline(ARGV[3], ARGV[4], KEYS[3], KEYS[4], userId)
  end
end

local answer = { before >= now and 1 or 0 }
for _, gateway in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. now)) do
  answer[#answer + 1] = gateway
end
return answer
