--[[
Makes a named room of an id that was taken and whose name is claimed: its card, its owner, clock and news. Again: nothing.

KEYS  1 {room:{id}}:info   2 {room:{id}}:members   3 {room:{id}}:roster   4 {room:{id}}:head   5 {room:{id}}:changes
      6 {room:{id}}:todo
      7 user:{id}:rooms   8 {user:{id}:rooms}:version   both left out on a Cluster, where they lie in another slot (list.lua)
ARGV  1 room id   2 user id   3 their name as rosters have it   4 visibility   5 topic   6 purpose   7 posting   8 changes kept
      9 channel of the room   10 channel of all gateways   11 server id   12 traceparent of the span that this is part of, or ''
Output  1, or 0: there is one already, or none to be
]]
-- include: may
-- include: clock
-- include: announce
-- include: feed
-- include: card
-- include: membership
-- include: listing
local info, members, roster, head, changes, todo = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local roomId, userId, kept, channel, news, serverId, span = ARGV[1], ARGV[2], ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12]

local known = redis.call('HMGET', info, 'name', 'visibility')
if not known[1] or known[2] then
  return 0
end
redis.call('HSET', info, 'visibility', ARGV[4], 'topic', ARGV[5], 'purpose', ARGV[6], 'posting', ARGV[7], 'createdAt', nowMs())
tellCard(info, head, changes, todo, kept, roomId, channel, serverId, span)
local rev = become(members, roster, head, changes, kept, roomId, userId, ARGV[3], 'o', channel, serverId, span)
if KEYS[7] then
  relist(KEYS[7], KEYS[8], roomId, userId, true, true, news, serverId, span)
else
  redis.call('HSET', todo, 'u' .. userId, rev)
end
return 1
