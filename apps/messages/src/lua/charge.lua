--[[
Counts a message against what its user may store: on a Cluster, where that lies in another slot than the room.

KEYS  1 {user:{id}}:spent
ARGV  1 bytes   2 messages a window   3 ms of a window   4 bytes a day, 0: any number
Output  {} or {'messages' or 'bytes', ms until it may be}
]]
-- include: time
-- include: spend
local exceeded, wait = spend(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]))
return exceeded and { exceeded, wait } or {}
