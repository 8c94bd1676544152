--[[
Tells which partitions are read by a replica.

Input:
  KEYS     owners (partition_hold.lua)
  ARGV[1]  how many partitions there are
Output:
  1 or 0 for each
--]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = {}
for i, owner in ipairs(redis.call('MGET', unpack(KEYS))) do
  local ends, of = string.match(owner or '', '^(%d+) (%d+) ')
  held[i] = (of == ARGV[1] and tonumber(ends) >= now) and 1 or 0
end
return held
