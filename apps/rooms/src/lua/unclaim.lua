--[[
Takes back a claim that its room does not bear.

KEYS  1 {directory}:claims
ARGV  1 how the name looks   2 room id
]]
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and string.match(held, '^(%d+):') == ARGV[2] then
  redis.call('HDEL', KEYS[1], ARGV[1])
end
