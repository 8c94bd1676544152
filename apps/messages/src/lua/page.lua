--[[
A stretch of a room's history, bounded in messages and bytes. O(log n + limit), wherever it lies.

A place in the history is {score, digest, place}: the message's score, the start of its SHA-1, and how many messages of
the same score stand before it. Messages of the demo share scores; the digest finds the place again when one was
inserted meanwhile.

KEYS  1 room:{id}   2 {room:{id}}:head
ARGV  1 limit   2 bytes   3 bytes of the largest message there is; what is larger is none, and given as ''
      4 newest: 5 how many of the newest are left out
        before, after, around: 5 score, 6 digest, 7 place
        date: around ours of 5 score, 6 seq
        seq: around ours of 5 seq
Output  {found: 1 or 0, older: 1 or 0, newer: 1 or 0, score, digest and place of the first, the same of the last,
        message, score, message, score, …}, oldest first; {0} for nothing
]]
local room, head = KEYS[1], KEYS[2]
local limit, maxBytes, largest, direction = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local total = redis.call('ZCARD', room)
-- what an id and commas add to a message
local OVERHEAD = 80

local function digest(member)
  return string.sub(redis.sha1hex(member), 1, 12)
end

local function below(score)
  return redis.call('ZCOUNT', room, '-inf', '(' .. score)
end

local function at(rank)
  return redis.call('ZRANGE', room, rank, rank)[1] or ''
end

-- the rank of a place, and whether its message is still there
local function findPlace(score, known, place)
  local base, equals = below(score), redis.call('ZCOUNT', room, score, score)
  place = math.min(place, equals)
  if place < equals and digest(at(base + place)) == known then
    return base + place, true
  end
  for from = 0, equals - 1, 256 do
    local chunk = redis.call('ZRANGE', room, base + from, base + math.min(from + 255, equals - 1))
    for i, member in ipairs(chunk) do
      if digest(member) == known then
        return base + from + i - 1, true
      end
    end
  end
  return base + place, false
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

-- the rank of our message of a date, else of what is nearest to that date
local function findDate(score, seq)
  local prefix = '{"seq":' .. seq .. ','
  local base = below(score)
  local low, high = base, base + redis.call('ZCOUNT', room, score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if precedes(at(middle), prefix) then
      low = middle + 1
    else
      high = middle
    end
  end
  if string.sub(at(low), 1, #prefix) == prefix then
    return low, true
  end
  local near = redis.call('ZRANGE', room, math.max(base - 1, 0), base, 'WITHSCORES')
  local isOlder = base > 0 and (not near[4] or score - near[2] < near[4] - score)
  return isOlder and base - 1 or base, false
end

local function ownSeq(rank)
  return tonumber(string.match(at(rank), '^{"seq":(%d+),'))
end

-- one of ours near a rank, within bounds: a leap over a run of foreign ones doubles
local function ownNear(rank, low, high)
  local leap = 0
  while rank - leap >= low or rank + leap <= high do
    for _, there in ipairs({ rank - leap, rank + leap }) do
      local seq = there >= low and there <= high and ownSeq(there)
      if seq then
        return there, seq
      end
    end
    leap = math.max(1, 2 * leap)
  end
end

-- the rank of our message of a seq, else of the next one of ours
local function findSeq(wanted)
  local fields = redis.call('HMGET', head, 'seq', 'date', 'first')
  local newest = tonumber(fields[1] or '0')
  if newest == 0 then
    return total, false
  elseif wanted >= newest then
    local rank, there = findDate(fields[2], fields[1])
    return rank, there and wanted == newest
  end
  local low = fields[3] and below(fields[3]) or 0
  local high = redis.call('ZCOUNT', room, '-inf', fields[2])
  -- without foreign ones in between it lies where it should at once
  local guess, tries = low + wanted - 1, 0
  while low < high do
    local rank, seq = ownNear(math.max(low, math.min(guess, high - 1)), low, high - 1)
    if not rank then
      break
    elseif seq == wanted then
      return rank, true
    elseif seq < wanted then
      low = rank + 1
    else
      high = rank
    end
    tries = tries + 1
    guess = tries < 3 and rank + wanted - seq or math.floor((low + high) / 2)
  end
  -- leaps found nothing but foreign ones
  for rank = low, math.min(high - 1, low + 2000) do
    local seq = ownSeq(rank)
    if seq and seq >= wanted then
      return rank, seq == wanted
    end
  end
  return high, ownSeq(high) == wanted
end

-- gives one row after the other, from a rank on, older or newer; reads more of them at a time the further one goes
local function rowsFrom(rank, step)
  local rows, i, chunk = {}, 1, 8
  return function()
    if i > #rows then
      if rank < 0 or rank >= total then
        return
      end
      local size = math.min(chunk, step > 0 and total - rank or rank + 1)
      if step > 0 then
        rows = redis.call('ZRANGE', room, rank, rank + size - 1, 'WITHSCORES')
      else
        rows = redis.call('ZREVRANGE', room, total - 1 - rank, total - 2 - rank + size, 'WITHSCORES')
      end
      rank, i, chunk = rank + step * size, 1, math.min(2 * chunk, 64)
    end
    i = i + 2
    return rows[i - 2], rows[i - 1]
  end
end

local from, found = total, false
if direction == 'newest' then
  from = math.max(0, total - tonumber(ARGV[5]))
elseif direction == 'date' then
  from, found = findDate(ARGV[5], ARGV[6])
elseif direction == 'seq' then
  from, found = findSeq(tonumber(ARGV[5]))
else
  from, found = findPlace(ARGV[5], ARGV[6], tonumber(ARGV[7]))
end
local both = direction ~= 'newest' and direction ~= 'before' and direction ~= 'after'
if both then
  from = math.max(0, math.min(from, total - 1))
elseif direction == 'after' and found then
  from = from + 1
end

local older, newer = { next = rowsFrom(from - 1, -1) }, { next = rowsFrom(from, 1) }
local count, bytes, isFull = 0, 0, false
local function take(side)
  local member, score
  if not isFull and count < limit then
    member, score = side.next()
  end
  if not member then
    return false
  end
  local size = #member > largest and OVERHEAD or #member + OVERHEAD
  if count > 0 and bytes + size > maxBytes then
    isFull = true
    return false
  end
  count, bytes = count + 1, bytes + size
  side[#side + 1] = { member, score }
  return true
end
if both then
  take(newer)
  while take(older) or take(newer) do
    take(newer)
  end
else
  local side = direction == 'after' and newer or older
  while take(side) do
  end
end
if count == 0 then
  return { 0 }
end

local rows = {}
for i = #older, 1, -1 do
  rows[#rows + 1] = older[i]
end
for _, row in ipairs(newer) do
  rows[#rows + 1] = row
end
local first = from - #older
local answer = { found and 1 or 0, first > 0 and 1 or 0, first + count < total and 1 or 0 }
for _, edge in ipairs({ 1, count }) do
  local member, score = unpack(rows[edge])
  answer[#answer + 1] = score
  answer[#answer + 1] = digest(member)
  answer[#answer + 1] = first + edge - 1 - below(score)
end
for _, row in ipairs(rows) do
  answer[#answer + 1] = #row[1] > largest and '' or row[1]
  answer[#answer + 1] = row[2]
end
return answer
