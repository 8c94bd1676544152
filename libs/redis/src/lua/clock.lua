-- The clock of a room: `rev` counts what was stored in it, messages and changes of them.

-- Where it stands. A room without any change has no `rev` of its own: there it is as the `seq`.
local function revOf(seq, rev)
  return math.max(tonumber(seq or '0'), tonumber(rev or '0'))
end

-- Redis' time in seconds and microseconds, but after a date: strictly increasing, whatever Redis' clock does. In steps of 10 us:
-- written with six digits it ends in 0, as no server of the demo writes a number (apps/messages/src/lua/ours.lua).
local STEP = 10
local function timeAfter(date)
  local now = redis.call('TIME')
  local sec, usec = tonumber(now[1]), tonumber(now[2])
  usec = usec - usec % STEP
  if date then
    local lastSec, lastUsec = string.match(date, '^(%d+)%.(%d+)$')
    lastSec, lastUsec = tonumber(lastSec), tonumber(lastUsec)
    if sec < lastSec or (sec == lastSec and usec <= lastUsec) then
      sec, usec = lastSec, lastUsec - lastUsec % STEP + STEP
      if usec == 1000000 then
        sec, usec = sec + 1, 0
      end
    end
  end
  return sec, usec
end
