--[[
What `may.lua` says.

KEYS  1 {room:{id}}:members
ARGV  1 action   2 standing   3 user id   4 author or ''
Output  1 or 0
]]
-- include: may
return may(ARGV[1], ARGV[2], KEYS[1], ARGV[3], ARGV[4] ~= '' and ARGV[4] or nil) and 1 or 0
