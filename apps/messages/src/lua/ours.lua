-- Messages of ours as they lie in a room: `{"seq":N,` or `{"seq":N,"rev":R,` and what follows. The id is not stored.

-- The id's score in the room.
local function scoreOf(id)
  local sec, usec = string.match(id, '%-(%d+)(%d%d%d%d%d%d)$')
  return sec and sec .. '.' .. usec
end

-- as Redis orders members; Lua's own comparison depends on the locale
local function precedes(member, prefix)
  for i = 1, #prefix do
    local a, b = string.byte(member, i) or -1, string.byte(prefix, i)
    if a ~= b then
      return a < b
    end
  end
  return false
end

-- Whether a member that begins as ours was stored by us. Ours spell their date with six digits. A server of the demo stores what
-- JSON.stringify spells, without a 0 at the end of a number: it cannot store this for a date in steps of 10 us (clock.lua).
local function isOurs(member, score)
  return string.find(member, '"date":' .. score, 1, true) ~= nil
end

-- how many members are read in one call at most
local SCANNED = 4096
local CHUNK = 32

-- The message of a seq and score, among whatever servers of the demo store there. What pretends to be it is removed on the way, so
-- that even more than one call may read hide it no longer than some calls.
local function findOurs(room, seq, score)
  local prefix = '{"seq":' .. seq .. ','
  local function hasPrefix(member)
    return string.sub(member, 1, #prefix) == prefix
  end
  local few = redis.call('ZREVRANGEBYSCORE', room, score, score, 'LIMIT', 0, 2)
  if #few < 2 then
    return few[1] and hasPrefix(few[1]) and isOurs(few[1], score) and few[1] or nil
  end

  local low = redis.call('ZCOUNT', room, '-inf', '(' .. score)
  local last = low + redis.call('ZCOUNT', room, score, score) - 1
  local high = last + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if precedes(redis.call('ZRANGE', room, middle, middle)[1], prefix) then
      low = middle + 1
    else
      high = middle
    end
  end

  local forged, found, isEnd = {}, nil, false
  while not found and not isEnd and #forged < SCANNED do
    local rank = low + #forged
    local members = redis.call('ZRANGE', room, rank, math.min(rank + CHUNK - 1, last))
    isEnd = #members < CHUNK
    for _, member in ipairs(members) do
      if not hasPrefix(member) then
        isEnd = true
        break
      elseif isOurs(member, score) then
        found = member
        break
      end
      forged[#forged + 1] = member
    end
  end
  if found or not isEnd then
    for i = 1, #forged, 500 do
      redis.call('ZREM', room, unpack(forged, i, math.min(i + 499, #forged)))
    end
  end
  return found
end

local function withId(id, member)
  return '{"id":"' .. id .. '",' .. string.sub(member, 2)
end
