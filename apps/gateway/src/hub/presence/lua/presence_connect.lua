--[[
Connections begin. Their users are online from now on; the first one of a user tells everybody.

KEYS  1 online_users   2 {online_users}:gateway:{gateway}   3 {online_users}:leaving   4 {online_users}:names
      5… {online_users}:user:{id}, of each connection
ARGV  1 gateway id   2 channel   3 server id
      4… user id, user name, connection id, 1: tells in any case; of each connection
Output  for each how many connections its user has then, this one included
]]
-- include: announce
-- include: told
local counts = {}
for i = 5, #KEYS do
  local at = 4 + (i - 5) * 4
  local userId, name, connection = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  redis.call('HSET', KEYS[i], connection, ARGV[1])
  redis.call('SADD', KEYS[2], userId .. '|' .. connection)
  redis.call('ZREM', KEYS[3], userId)
  redis.call('HSET', KEYS[4], userId, name)
  if redis.call('SADD', KEYS[1], userId) == 1 or ARGV[at + 3] == '1' then
    tell(ARGV[2], ARGV[3], userId, name, true)
  end
  counts[#counts + 1] = redis.call('HLEN', KEYS[i])
end
return counts
