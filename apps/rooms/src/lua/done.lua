--[[
Something that changed in a named room is known everywhere, unless it has changed again.

KEYS  1 {room:{id}}:todo   2 {room:{id}}:info
ARGV  1 what changed: 'room' or 'u{user id}'   2 the rev of the state that is known everywhere; of 'room' that of its card
Output  1, or 0: it has another state now
]]
local rev = redis.call('HGET', KEYS[1], ARGV[1]) or (ARGV[1] == 'room' and redis.call('HGET', KEYS[2], 'rev'))
if rev and rev ~= ARGV[2] then
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[1])
return 1
