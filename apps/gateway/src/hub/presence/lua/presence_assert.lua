--[[
Puts users back whom somebody took off while they are connected: a demo server, or a gateway that reaped theirs meanwhile.
Announced, as every change is: whoever heard that they left hears better.

KEYS  1 online_users   2 {online_users}:names
ARGV  1 channel   2 server id   3… user id, user name, and so on
Output  how many were put back
]]
-- include: announce
-- include: told
local back = 0
for i = 3, #ARGV, 2 do
  local userId, name = ARGV[i], ARGV[i + 1]
  if redis.call('SADD', KEYS[1], userId) == 1 then
    back = back + 1
    redis.call('HSET', KEYS[2], userId, name)
    tell(ARGV[1], ARGV[2], userId, name, true)
  end
end
return back
