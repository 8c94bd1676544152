--[[
A connection ends. A user's last one leaves the user online for a grace: most come back (a page reload).

KEYS  1 {online_users}:user:{id}   2 {online_users}:gateway:{gateway}   3 {online_users}:leaving
ARGV  1 user id   2 connection id   3 grace in ms
Output  1 when it was the user's last
]]
redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('SREM', KEYS[2], ARGV[1] .. '|' .. ARGV[2])
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
local now = redis.call('TIME')
redis.call('ZADD', KEYS[3], now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3], ARGV[1])
return 1
