--[[
What `may.lua` says.

KEYS  1 {room:{id}}:members   2 {room:{id}}:info
ARGV  1 action   2 standing   3 user id   4 author or ''   5 what the hash holds of whom it is done to, or ''
Output  1 or 0
]]
-- include: may
local author, subject = ARGV[4] ~= '' and ARGV[4] or nil, ARGV[5] ~= '' and ARGV[5] or nil
return may(ARGV[1], ARGV[2], KEYS[1], ARGV[3], author, KEYS[2], subject) and 1 or 0
