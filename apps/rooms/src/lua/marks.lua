--[[
Up to where a user has read rooms, how many of the messages beyond that are deleted, and at what clock of the room.

KEYS  for each room: {room:{id}}:read, {room:{id}}:gone, {room:{id}}:head
ARGV  1 user id
Output  for each room: {mark or false, how many, rev or false: nothing ever changed}
]]
local marks = {}
for i = 1, #KEYS, 3 do
  local mark = redis.call('HGET', KEYS[i], ARGV[1])
  local gone = redis.call('ZCOUNT', KEYS[i + 1], '(' .. (mark or '0'), '+inf')
  marks[#marks + 1] = { mark, gone, redis.call('HGET', KEYS[i + 2], 'rev') }
end
return marks
