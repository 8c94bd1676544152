--[[
Another text for a message, by its author: right, window, change, clock and news, all at once.

KEYS, ARGV  as change.lua has them, and
ARGV  14 text as JSON string   15 the rev that the author saw   16 ms for which a message may be edited, 0: for ever
Output  {'changed' or 'same', message JSON}; same: the text is there already, an answer was lost
        {'conflict', message JSON}: it has another rev
        {'not_found'}, {'forbidden'}, {'late'}
        {'messages' or 'bytes', ms}: its user stored too much lately
]]
-- include: time
-- include: spend
-- include: may
-- include: clock
-- include: ours
-- include: announce
-- include: change
local text = ARGV[14]

local message, refused = ownMessage('edit')
if not message then
  return { refused }
elseif message.isDeleted then
  return { 'not_found' }
elseif message.text == text then
  return { 'same', withId(id, message.stored) }
end

local fields = redis.call('HMGET', head, 'seq', 'date', 'rev')
local edited = now(fields)
if ARGV[16] ~= '0' and (tonumber(edited) - tonumber(score)) * 1000 > tonumber(ARGV[16]) then
  return { 'late' }
elseif message.rev ~= ARGV[15] then
  return { 'conflict', withId(id, message.stored) }
end

local rest = string.gsub(message.rest, ',"edited":[%d.]+', '', 1)
local state, exceeded = change(message, fields, text, string.sub(rest, 1, -2) .. ',"edited":' .. edited .. '}')
return exceeded or { 'changed', state }
