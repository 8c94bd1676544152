--[[
Where rooms stand, and what was said last in them. O(log n) a room.

KEYS  for each room: room:{id}, {room:{id}}:head
Output  for each room: {seq, date, rev, newest message, its score}; nil where there is none
]]
local heads = {}
for i = 1, #KEYS, 2 do
  local newest = redis.call('ZREVRANGE', KEYS[i], 0, 0, 'WITHSCORES')
  local head = redis.call('HMGET', KEYS[i + 1], 'seq', 'date', 'rev')
  heads[#heads + 1] = { head[1], head[2], head[3], newest[1] or false, newest[2] or false }
end
return heads
