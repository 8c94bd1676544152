--[[
Moves the mark up to which somebody has read a room, and tells all devices of theirs when it moved. It goes forward only,
and never past the room's newest message.

KEYS  1 {room:{id}}:read   2 {room:{id}}:head   3 {room:{id}}:members
ARGV  1 kind: general, direct or named (what the id alone allows is checked by the caller)
      2 room id   3 user id   4 seq
      5 channel   6 server id   7 traceparent of the span that this is part of, or ''
Output  {'read', the mark now}
        {'forbidden'}
]]
local read, head, members = KEYS[1], KEYS[2], KEYS[3]
local roomId, userId = ARGV[2], ARGV[3]

if ARGV[1] == 'named' and redis.call('HEXISTS', members, userId) == 0 then
  return { 'forbidden' }
end

local known = tonumber(redis.call('HGET', read, userId) or '0')
local newest = tonumber(redis.call('HGET', head, 'seq') or '0')
local mark = math.min(tonumber(ARGV[4]), newest)
if mark <= known then
  return { 'read', known }
end

local seq = string.format('%d', mark)
redis.call('HSET', read, userId, seq)
local span = ARGV[7] == '' and '' or ',"span":"' .. ARGV[7] .. '"'
redis.call('PUBLISH', ARGV[5], '{"v":2,"serverId":"' .. ARGV[6] .. '","type":"room.read","to":{"user":"' .. userId .. '"}' .. span
  .. ',"data":{"roomId":"' .. roomId .. '","seq":' .. seq .. '}}')
return { 'read', mark }
