--[[
Where rooms stand, and what was said last in them. O(log n) a room.

KEYS  for each room: room:{id}, {room:{id}}:head
ARGV  1 bytes of messages past which it stops; the rest is for the next call
      2 bytes of the largest message there is; what is larger is none
      3 bytes that are enough of one of ours whose text begins in them
Output  for each room: {seq, date, rev, newest message or its beginning, its score}; nil where there is none
]]
-- include: newest
local left, largest, enough = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local heads = {}
for i = 1, #KEYS, 2 do
  local newest, score = newestOf(KEYS[i], largest, enough)
  local head = redis.call('HMGET', KEYS[i + 1], 'seq', 'date', 'rev')
  heads[#heads + 1] = { head[1], head[2], head[3], newest, score }
  left = left - #(newest or '')
  if left <= 0 then
    break
  end
end
return heads
