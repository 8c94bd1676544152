--[[
The names of many users.

KEYS  user:{id}
Output  for each: {name, or nil; pending, or nil}
]]
local names = {}
for i, key in ipairs(KEYS) do
  names[i] = redis.call('HMGET', key, 'username', 'pending')
end
return names
