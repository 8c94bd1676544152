--[[
Adds entries to a stream unless it is full.

Input:
  KEYS[1]  stream
  ARGV[1]  entries that the stream may hold
  ARGV[2…] the requests of each entry (JSON array)
Output:
  how many of the entries were added; the rest was refused
--]]
local length = redis.call('XLEN', KEYS[1])
local room = math.min(#ARGV - 1, tonumber(ARGV[1]) - length)
for i = 1, room do
  redis.call('XADD', KEYS[1], '*', 'requests', ARGV[i + 1])
end
return math.max(room, 0)
