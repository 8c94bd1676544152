--[[
What a user is in rooms: whether a member, and up to where they have read.

KEYS  for each room: {room:{id}}:members, {room:{id}}:read
ARGV  1 user id
Output  for each room: {1 for a member or 0, the mark or nil}
]]
local standing = {}
for i = 1, #KEYS, 2 do
  standing[#standing + 1] = { redis.call('HEXISTS', KEYS[i], ARGV[1]), redis.call('HGET', KEYS[i + 1], ARGV[1]) }
end
return standing
