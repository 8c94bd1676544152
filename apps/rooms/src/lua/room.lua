--[[
Changes the card of a named room: right, fields, clock and news, all at once. What it says already changes nothing.

KEYS  1 {room:{id}}:info   2 {room:{id}}:members   3 {room:{id}}:head   4 {room:{id}}:changes   5 {room:{id}}:todo
ARGV  1 what is done (may.lua)   2 how who does it stands in the room   3 room id   4 their user id
      5 the rev that they saw, or ''   6 changes kept
      7 channel of the room   8 server id   9 traceparent of the span that this is part of, or ''
      then fields and their values; archivedAt: 'now', or '' for not archived
Output  {'changed' or 'same'}, {'not_found'}, {'forbidden'}, {'conflict'}: the card has another rev
]]
-- include: may
-- include: clock
-- include: announce
-- include: feed
-- include: card
local info, members, head, changes, todo = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local act, standing, roomId, userId = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if not may('look', standing, members, userId, nil, info) then
  return { 'not_found' }
elseif not may(act, standing, members, userId, nil, info) then
  return { 'forbidden' }
end
local differs = {}
for i = 10, #ARGV, 2 do
  local field, value = ARGV[i], ARGV[i + 1]
  local now = redis.call('HGET', info, field)
  if value == 'now' and field == 'archivedAt' then
    value = now or nowMs()
  end
  if value ~= (now or '') then
    differs[#differs + 1] = { field, value }
  end
end
if #differs == 0 then
  return { 'same' }
elseif ARGV[5] ~= '' and ARGV[5] ~= (redis.call('HGET', info, 'rev') or '0') then
  return { 'conflict' }
end
for _, each in ipairs(differs) do
  if each[1] == 'archivedAt' and each[2] == '' then
    redis.call('HDEL', info, 'archivedAt')
  else
    redis.call('HSET', info, each[1], each[2])
  end
end
tellCard(info, head, changes, todo, ARGV[6], roomId, ARGV[7], ARGV[8], ARGV[9])
return { 'changed' }
