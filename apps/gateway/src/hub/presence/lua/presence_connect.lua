--[[
A connection begins. Its user is online from now on; the first one in tells everybody.

KEYS  1 online_users   2 {online_users}:user:{id}   3 {online_users}:gateway:{gateway}
      4 {online_users}:leaving   5 {online_users}:names
ARGV  1 user id   2 user name   3 connection id   4 gateway id   5 channel   6 server id
      7 1: tells in any case
Output  how many connections the user has now, this one included
]]
-- include: announce
-- include: told
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
redis.call('SADD', KEYS[3], ARGV[1] .. '|' .. ARGV[3])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('HSET', KEYS[5], ARGV[1], ARGV[2])
if redis.call('SADD', KEYS[1], ARGV[1]) == 0 and ARGV[7] ~= '1' then
  return redis.call('HLEN', KEYS[2])
end
tell(ARGV[5], ARGV[6], ARGV[1], ARGV[2], true)
return redis.call('HLEN', KEYS[2])
