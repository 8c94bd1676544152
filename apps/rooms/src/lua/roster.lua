--[[
Who is in a named room, or banned from it, by name. O(log n) for each page, however many there are.

KEYS  1 {room:{id}}:info   2 {room:{id}}:members   3 {room:{id}}:roster
ARGV  1 what is done (may.lua): 'look' or 'banned'   2 how who does it stands in the room   3 their user id
      4 where it begins   5 where it ends   6 how many
Output  {'not_found'}, {'forbidden'}, or {'ok', entry, what the members hash holds, entry, …}
]]
-- include: may
local info, members, roster = KEYS[1], KEYS[2], KEYS[3]
if not may('look', ARGV[2], members, ARGV[3], nil, info) then
  return { 'not_found' }
elseif not may(ARGV[1], ARGV[2], members, ARGV[3], nil, info) then
  return { 'forbidden' }
end
local answer = { 'ok' }
for _, entry in ipairs(redis.call('ZRANGEBYLEX', roster, ARGV[4], ARGV[5], 'LIMIT', 0, ARGV[6])) do
  answer[#answer + 1] = entry
  answer[#answer + 1] = redis.call('HGET', members, string.match(entry, '%z(%d+)$')) or ''
end
return answer
