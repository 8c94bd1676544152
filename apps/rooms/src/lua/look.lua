--[[
Named rooms as a user sees them. What there is not and what is not theirs to know cost the same.

KEYS  for each room: {room:{id}}:info, {room:{id}}:members, {room:{id}}:roster
ARGV  1 how the user stands in named rooms (may.lua)   2 user id
Output  for each room: {} or {role or '', how many members, name, visibility, topic, purpose, posting, createdBy, createdAt, archivedAt, rev};
        of these nil where it is not said
]]
-- include: may
-- include: membership
local rooms = {}
for i = 1, #KEYS, 3 do
  local info, members, roster = KEYS[i], KEYS[i + 1], KEYS[i + 2]
  local room = {}
  if may('look', ARGV[1], members, ARGV[2], nil, info) then
    room = { redis.call('HGET', members, ARGV[2]) or '', countMembers(members, roster) }
    local card =
      redis.call('HMGET', info, 'name', 'visibility', 'topic', 'purpose', 'posting', 'createdBy', 'createdAt', 'archivedAt', 'rev')
    for j = 1, 9 do
      room[j + 2] = card[j]
    end
  end
  rooms[#rooms + 1] = room
end
return rooms
