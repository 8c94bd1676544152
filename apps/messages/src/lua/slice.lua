--[[
The newest messages of a room but for the first few, bounded in messages and bytes, newest first. What `page.lua` says without a
place, in a fourth of its time.

KEYS  1 room:{id}
ARGV  1 how many are left out   2 limit   3 bytes   4 bytes of the largest message there is; what is larger is none, and given as ''
Output  {message, score, message, score, …}
]]
local offset, limit, left, largest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
-- what an id and commas add to a message
local OVERHEAD = 80
local CHUNK = 16

local answer = {}
while limit > 0 do
  local size = math.min(limit, CHUNK)
  local rows = redis.call('ZREVRANGE', KEYS[1], offset, offset + size - 1, 'WITHSCORES')
  for i = 1, #rows, 2 do
    local bytes = #rows[i]
    if bytes > largest then
      rows[i], bytes = '', 0
    end
    left = left - bytes - OVERHEAD
    if left < 0 and #answer > 0 then
      return answer
    end
    answer[#answer + 1], answer[#answer + 2] = rows[i], rows[i + 1]
  end
  if #rows < 2 * size then
    return answer
  end
  offset, limit = offset + size, limit - size
end
return answer
