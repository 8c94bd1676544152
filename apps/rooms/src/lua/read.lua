--[[
Moves the mark up to which somebody has read a room, and tells all devices of theirs when it moved. It goes forward only,
and never past the room's newest message.

KEYS  1 {room:{id}}:read   2 {room:{id}}:head   3 {room:{id}}:members
ARGV  1 how the user stands in the room (may.lua)
      2 room id   3 user id   4 seq
      5 channels (announce.lua)   6 server id   7 traceparent of the span that this is part of, or ''
Output  {'read', the mark now}
        {'forbidden'}
]]
-- include: may
-- include: announce
local read, head, members = KEYS[1], KEYS[2], KEYS[3]
local roomId, userId = ARGV[2], ARGV[3]

if not may('mark', ARGV[1], members, userId) then
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
announce(ARGV[5], ARGV[6], ARGV[7], 'room.read', '{"user":"' .. userId .. '"}', '{"roomId":"' .. roomId .. '","seq":' .. seq .. '}')
return { 'read', mark }
