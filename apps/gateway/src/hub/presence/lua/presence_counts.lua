--[[
How many connections users have.

KEYS  {online_users}:user:{id} of each
Output  the count of each
]]
local counts = {}
for i = 1, #KEYS do
  counts[i] = redis.call('HLEN', KEYS[i])
end
return counts
