--[[
Takes the text of a message away, by its author. What stays says who did it and when, and keeps the message's place.

KEYS, ARGV  as change.lua has them
Output  {'changed' or 'same', message JSON}; same: it was deleted before
        {'not_found'}, {'forbidden'}
        {'messages', ms}: its user stored too much lately
]]
-- include: time
-- include: spend
-- include: may
-- include: clock
-- include: ours
-- include: announce
-- include: change
local message, refused = ownMessage('delete')
if not message then
  return { refused }
elseif message.isDeleted then
  return { 'same', withId(id, message.stored) }
end

local fields = redis.call('HMGET', head, 'seq', 'date', 'rev')
local clientId = string.match(message.rest, ',"clientId":"([%w_-]+)"')
local rest = ',"roomId":"' .. roomId .. '"' .. (clientId and ',"clientId":"' .. clientId .. '"' or '')
  .. ',"deleted":{"by":"' .. userId .. '","date":' .. now(fields) .. '}}'
local state, exceeded = change(message, fields, '""', rest)
if exceeded then
  return exceeded
end
redis.call('ZADD', gone, seq, seq)
return { 'changed', state }
