--[[
Claims how a name of a room looks. A claim is `{room id}:{ms}` until the room is known to bear the name (directory.lua), then the id.

KEYS  1 {directory}:claims
ARGV  1 how it looks   2 room id   3 a claim that may be taken over, or ''
Output  {'ok'}, or {'taken', the claim, ms since it was made or -1: it is settled}
]]
local claims, look, roomId = KEYS[1], ARGV[1], ARGV[2]
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local held = redis.call('HGET', claims, look)
if held and held ~= ARGV[3] and string.match(held, '^%d+') ~= roomId then
  local since = string.match(held, ':(%d+)$')
  return { 'taken', held, since and ms - since or -1 }
end
if not held or held == ARGV[3] then
  redis.call('HSET', claims, look, roomId .. ':' .. string.format('%d', ms))
end
return { 'ok' }
