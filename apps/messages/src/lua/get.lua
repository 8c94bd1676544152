--[[
One message of ours, for who may read it. What is not there and what is not the user's to read cost the same.

KEYS  1 room:{id}   2 {room:{id}}:members
ARGV  1 how the user stands in the room (may.lua)
      2 user id   3 seq   4 score
Output  {message as it is stored} or {}
]]
-- include: may
-- include: ours
local member = findOurs(KEYS[1], ARGV[3], ARGV[4])
return { may('read', ARGV[1], KEYS[2], ARGV[2]) and member or nil }
