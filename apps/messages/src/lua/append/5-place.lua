-- The message itself: its place in the room, in the room's clock and in time.
local last, seq, rev, sec, usec
local newest, first, listed
local members = {}

local function open()
  last = redis.call('HMGET', room.head, 'seq', 'date', 'listed', 'rev')
  seq = tonumber(last[1] or '0')
  rev = last[4] and revOf(last[1], last[4])
  sec, usec = dateParts(last[2])
end

changes[#changes + 1] = function(message)
  if not last then
    open()
  end
  seq = seq + 1
  rev = rev and rev + 1
  sec, usec = timeAfter(sec, usec)

  -- built once as text: Lua's number formatting would drop digits
  local place, seconds, micros = string.format('%d', seq), string.format('%d', sec), string.format('%06d', usec)
  local date = seconds .. '.' .. micros
  local id = room.id .. '-' .. place .. '-' .. seconds .. micros
  local clock = rev and rev ~= seq and '"rev":' .. string.format('%d', rev) .. ',' or ''
  local stored = '{"seq":' .. place .. ',' .. clock .. '"from":"' .. message.userId
    .. '","date":' .. date .. ',"message":' .. message.text .. ',"roomId":"' .. room.id
    .. '","clientId":"' .. message.clientId .. '"}'
  message.seq, message.id, message.date, message.clock = place, id, date, clock
  message.json = withId(id, stored)

  members[#members + 1] = date
  members[#members + 1] = stored
  newest = message
  if seq == 1 then
    first = date
  end
  -- a demo server may have begun it, which puts it into no list
  if room.isDirect and not last[3] and not listed then
    listed, message.unlisted = place, true
  end
end

writes[#writes + 1] = function()
  redis.call('ZADD', room.key, unpack(members))
  local fields = { 'seq', newest.seq, 'date', newest.date }
  local function field(name, value)
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
  if rev then
    field('rev', string.format('%d', rev))
  end
  if first then
    field('first', first)
  end
  if listed then
    field('listed', listed)
  end
  redis.call('HSET', room.head, unpack(fields))
end

-- what a gateway has to know stands before the data, which it does not read (relay/envelopes.ts)
announcements[#announcements + 1] = function(message)
  announce(ARGV[4], ARGV[5], message.span, 'message', '{"room":"' .. room.id .. '"},"id":"' .. message.id .. '","seq":'
    .. message.seq .. ',' .. message.clock .. '"date":' .. message.date, message.json)
end
