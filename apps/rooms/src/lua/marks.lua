--[[
Up to where a user has read rooms, and how many of the messages beyond that are deleted.

KEYS  for each room: {room:{id}}:read, {room:{id}}:gone
ARGV  1 user id
Output  for each room: {mark or nil, how many}
]]
local marks = {}
for i = 1, #KEYS, 2 do
  local mark = redis.call('HGET', KEYS[i], ARGV[1])
  marks[#marks + 1] = { mark, redis.call('ZCOUNT', KEYS[i + 1], '(' .. (mark or '0'), '+inf') }
end
return marks
