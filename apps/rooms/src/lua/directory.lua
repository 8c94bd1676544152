--[[
What the directory has of a room: its words, and the one claim of how its name looks. All at once; again: nothing.

KEYS  1 {directory}:names   2 {directory}:claims   3 {directory}:rooms
ARGV  1 room id   2 how its name looks, or '': it has no claim   then its words; none: it is not in the directory
]]
local names, claims, rooms = KEYS[1], KEYS[2], KEYS[3]
local roomId, look = ARGV[1], ARGV[2]
local known = redis.call('HGET', rooms, roomId)
known = known and cjson.decode(known) or { look = '', words = {} }

local words = { unpack(ARGV, 3) }
for _, word in ipairs(known.words) do
  redis.call('ZREM', names, word)
end
for _, word in ipairs(words) do
  redis.call('ZADD', names, 0, word)
end
local function isOurs(name)
  local held = redis.call('HGET', claims, name)
  return not held or string.match(held, '^%d+') == roomId
end
if known.look ~= look and known.look ~= '' and isOurs(known.look) then
  redis.call('HDEL', claims, known.look)
end
if look ~= '' and isOurs(look) then
  redis.call('HSET', claims, look, roomId)
end
if #words == 0 and look == '' then
  redis.call('HDEL', rooms, roomId)
else
  redis.call('HSET', rooms, roomId, '{"look":' .. cjson.encode(look) .. ',"words":' .. (#words > 0 and cjson.encode(words) or '[]') .. '}')
end
