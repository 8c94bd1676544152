--[[
May what happens in rooms be announced on their own channels alone? Yes while every gateway hears those.

KEYS  1 {online_users}:gateways   2 {online_users}:sharded   3 {online_users}:sharded:alone
ARGV  1 ms for which a yes holds; a gateway that hears the plain channels alone waits until that is over
Output  1 or 0
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gateways = redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf')
for _, gateway in ipairs(gateways) do
  if not redis.call('ZSCORE', KEYS[2], gateway) then
    return 0
  end
end
if #gateways == 0 then
  return 0
end
redis.call('SET', KEYS[3], '1', 'PX', ARGV[1])
return 1
