--[[
Where rooms stand, and what was said last in them. O(log n) a room.

KEYS  for each room: room:{id}, {room:{id}}:head
ARGV  1 bytes of messages past which it stops; the rest is for the next call
      2 bytes of the largest message there is; what is larger is none
      3 bytes that are enough of one of ours whose text begins in them
Output  for each room: {seq, date, rev, newest message or its beginning, its score}; nil where there is none
]]
local left, largest, enough = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local heads = {}
-- as append.lua and change.lua write it
local BEGINNING = '^{"seq":%d+,"from":"%d+","date":[%d.]+,"message":"'
local CHANGED = '^{"seq":%d+,"rev":%d+,"from":"%d+","date":[%d.]+,"message":"'
for i = 1, #KEYS, 2 do
  local newest = redis.call('ZREVRANGE', KEYS[i], 0, 0, 'WITHSCORES')
  local head = redis.call('HMGET', KEYS[i + 1], 'seq', 'date', 'rev')
  if newest[1] and #newest[1] > largest then
    newest[1] = ''
  elseif newest[1] and #newest[1] > enough and (string.find(newest[1], BEGINNING) or string.find(newest[1], CHANGED)) then
    newest[1] = string.sub(newest[1], 1, enough)
  end
  heads[#heads + 1] = { head[1], head[2], head[3], newest[1] or false, newest[2] or false }
  left = left - #(newest[1] or '')
  if left <= 0 then
    break
  end
end
return heads
