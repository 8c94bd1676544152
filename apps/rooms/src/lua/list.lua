--[[
Puts a room into a user's list or takes it out, and tells the gateways. Again: nothing.

KEYS  1 user:{id}:rooms   2 {user:{id}:rooms}:version
ARGV  1 room id   2 user id   3 'in' or 'out'   4 'news': what the user is in the room has changed, or ''
      5 channel   6 server id   7 traceparent of the span that this is part of, or ''
      8 rev of what changed in the room, or none
Output  1 when anything changed, else 0
]]
-- include: announce
-- include: listing
return relist(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3] == 'in', ARGV[4] == 'news', ARGV[5], ARGV[6], ARGV[7], ARGV[8]) and 1 or 0
