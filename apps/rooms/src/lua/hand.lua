--[[
Hands a room over to another member: never two owners, never none. Who owned it is an admin from then on. Again: nothing.

KEYS  1 {room:{id}}:info   2 {room:{id}}:members   3 {room:{id}}:roster   4 {room:{id}}:head   5 {room:{id}}:changes
ARGV  1 how who does it stands in the room (may.lua)
      2 room id   3 user id of who does it   4 their name as rosters have it   5 user id of the next owner   6 their name
      7 changes kept   8 channel of the room   9 server id   10 traceparent of the span that this is part of, or ''
Output  {'changed' or 'same'}, {'not_found'}, {'forbidden'}, {'nobody'}: only a member can own it
]]
-- include: may
-- include: clock
-- include: announce
-- include: feed
-- include: membership
local info, members, roster, head, changes = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local standing, roomId, actor, next = ARGV[1], ARGV[2], ARGV[3], ARGV[5]

if not may('look', standing, members, actor, nil, info) then
  return { 'not_found' }
end
local before = redis.call('HGET', members, next)
if before == 'o' and redis.call('HGET', members, actor) then
  return { 'same' }
elseif not may('hand', standing, members, actor, nil, info) then
  return { 'forbidden' }
elseif rankOf(before) == 0 then
  return { 'nobody' }
end
local function is(userId, name, role)
  become(members, roster, head, changes, ARGV[7], roomId, userId, name, role, ARGV[8], ARGV[9], ARGV[10])
end
is(next, ARGV[6], 'o')
-- whoever owned it, also where the system hands it over
local owners = redis.call('ZRANGEBYLEX', roster, '[o', '(p')
for _, entry in ipairs(owners) do
  local name, userId = string.match(entry, '^o(.*)%z(%d+)$')
  if userId and userId ~= next then
    is(userId, name, 'a')
  end
end
return { 'changed' }
