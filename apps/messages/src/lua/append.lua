--[[
Stores a message and announces it: member check, repeat check, place, time, all at once.

KEYS  1 room:{id}          2 {room:{id}}:head
      3 {room:{id}}:members 4 {room:{id}}:sent:{user}:{clientId}
      5 {user:{id}}:spent   left out on a Cluster, where it lies in another slot (charge.lua)
ARGV  1 how its user stands in the room (may.lua)
      2 room id   3 user id   4 client id   5 text as JSON string   6 ms a repeat is recognised
      7 channel   8 server id 9 for a direct room: its show.room data as JSON, or '' (not asked yet)
      10 traceparent of the span that this is part of, or ''
      11 bytes that it counts as   12 messages a window   13 ms of a window   14 bytes a day, 0: any number
Output  {'stored', message JSON, 1 when the direct room may be in nobody's list: its first message, or its first of ours}
        {'repeated', message JSON, the same}
        {'forbidden'}
        {'messages' or 'bytes', ms}: its user stored too much lately; what is repeated does not count again
        {'names'}: this is a direct room's first message; call again with ARGV 9
Stored is the message without its id: room, seq and date make it up.
]]
-- include: spend
-- include: may
-- include: clock
-- include: ours
-- include: announce
local room, head, members, sent = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local standing, roomId, userId, clientId, text = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local isDirect = string.find(roomId, ':', 1, true) ~= nil
if not may('send', standing, members, userId) then
  return { 'forbidden' }
end

local before = redis.call('GET', sent)
if before then
  local seq = string.match(before, '%-(%d+)%-%d+$')
  local member = findOurs(room, seq, scoreOf(before))
  if member then
    return { 'repeated', withId(before, member), (isDirect and redis.call('HGET', head, 'listed') == seq) and 1 or 0 }
  end
end

local first = isDirect and redis.call('EXISTS', room) == 0
if first and ARGV[9] == '' then
  return { 'names' }
end

if KEYS[5] then
  local exceeded, wait = spend(KEYS[5], tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14]))
  if exceeded then
    return { exceeded, wait }
  end
end

local last = redis.call('HMGET', head, 'seq', 'date', 'listed', 'rev')
local seq = string.format('%d', tonumber(last[1] or '0') + 1)
local rev = last[4] and string.format('%d', revOf(last[1], last[4]) + 1)
local sec, usec = timeAfter(last[2])

-- built once as text: Lua's number formatting would drop digits
local date = string.format('%d.%06d', sec, usec)
local id = string.format('%s-%s-%d%06d', roomId, seq, sec, usec)
local clock = rev and rev ~= seq and '"rev":' .. rev .. ',' or ''
local stored = '{"seq":' .. seq .. ',' .. clock .. '"from":"' .. userId
  .. '","date":' .. date .. ',"message":' .. text .. ',"roomId":"' .. roomId
  .. '","clientId":"' .. clientId .. '"}'
local message = withId(id, stored)

redis.call('ZADD', room, date, stored)
if rev then
  redis.call('HSET', head, 'seq', seq, 'date', date, 'rev', rev)
else
  redis.call('HSET', head, 'seq', seq, 'date', date)
end
if seq == '1' then
  redis.call('HSET', head, 'first', date)
end
-- a demo server may have begun it, which puts it into no list
local unlisted = isDirect and not last[3]
if unlisted then
  redis.call('HSET', head, 'listed', seq)
end
redis.call('SET', sent, id, 'PX', ARGV[6])

-- what a gateway has to know stands before the data, which it does not read (relay/envelopes.ts)
if first then
  local a, b = string.match(roomId, '^(%d+):(%d+)$')
  announce(ARGV[7], ARGV[8], ARGV[10], 'show.room', '{"user":["' .. a .. '","' .. b .. '"]}', ARGV[9])
end
announce(ARGV[7], ARGV[8], ARGV[10], 'message', '{"room":"' .. roomId .. '"},"id":"' .. id .. '","seq":' .. seq
  .. ',' .. clock .. '"date":' .. date, message)

return { 'stored', message, unlisted and 1 or 0 }
