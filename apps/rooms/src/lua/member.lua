--[[
Makes somebody a member of a named room, changes what they are there, or takes them out: members hash, list, version and news,
all at once. Again: nothing.

KEYS  1 {room:{id}}:members
      2 user:{id}:rooms   3 {user:{id}:rooms}:version   both left out on a Cluster, where they lie in another slot (list.lua)
ARGV  1 room id   2 user id   3 'in' or 'out'   4 role
      5 channel   6 server id   7 traceparent of the span that this is part of, or ''
Output  1 when anything changed, else 0
]]
-- include: announce
-- include: listing
local members, roomId, userId, isIn, role = KEYS[1], ARGV[1], ARGV[2], ARGV[3] == 'in', ARGV[4]

local before = redis.call('HGET', members, userId)
local changed
if isIn then
  changed = before ~= role
  redis.call('HSET', members, userId, role)
else
  changed = redis.call('HDEL', members, userId) == 1
end
if KEYS[2] then
  changed = relist(KEYS[2], KEYS[3], roomId, userId, isIn, changed, ARGV[5], ARGV[6], ARGV[7])
end
return changed and 1 or 0
