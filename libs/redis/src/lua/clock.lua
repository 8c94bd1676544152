-- The clock of a room: `rev` counts what was stored in it, messages and changes of them.

-- Where it stands. A room without any change has no `rev` of its own: there it is as the `seq`.
local function revOf(seq, rev)
  return math.max(tonumber(seq or '0'), tonumber(rev or '0'))
end

-- Seconds and microseconds of a date as it is written; nothing of none.
local function dateParts(date)
  local sec, usec = string.match(date or '', '^(%d+)%.(%d+)$')
  return tonumber(sec), tonumber(usec)
end

-- Redis' time (time.lua), but after another one: strictly increasing, whatever Redis' clock does. In steps of 10 us: written with six digits it ends in 0, as no server of the demo writes a number
-- (apps/messages/src/lua/ours.lua).
local STEP = 10
local function timeAfter(lastSec, lastUsec)
  local nowSec, nowUsec = redisTime()
  nowUsec = nowUsec - nowUsec % STEP
  if not lastSec or nowSec > lastSec or (nowSec == lastSec and nowUsec > lastUsec) then
    return nowSec, nowUsec
  end
  local usec = lastUsec - lastUsec % STEP + STEP
  if usec == 1000000 then
    return lastSec + 1, 0
  end
  return lastSec, usec
end
