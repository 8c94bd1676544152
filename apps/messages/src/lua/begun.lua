--[[
In which rooms something was said.

KEYS  for each room: room:{id}
Output  for each room: 1 or 0
]]
local begun = {}
for i, key in ipairs(KEYS) do
  begun[i] = redis.call('EXISTS', key)
end
return begun
