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
        {message, score, message, score, …}, …}, oldest first, as they were read: copying them would cost as much again;
        {0} for nothing
]]
-- include: ours
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

-- the rank of our message of a date, else of what is nearest to that date
local function findDate(score, seq)
  local member = findOurs(room, seq, score)
  -- it may have removed some
  total = redis.call('ZCARD', room)
  if member then
    return redis.call('ZRANK', room, member), true
  end
  local base = below(score)
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

local count, bytes, isFull, hasLarger = 0, 0, false, false

-- counts one more message, or finds that it is too much
local function take(member)
  local size = #member
  if size > largest then
    size, hasLarger = 0, true
  end
  isFull = isFull or count == limit or count > 0 and bytes + size + OVERHEAD > maxBytes
  if not isFull then
    count, bytes = count + 1, bytes + size + OVERHEAD
  end
  return not isFull
end

-- oldest first: {message, score, message, score, …}
local function rowsAt(rank, size)
  return redis.call('ZRANGE', room, rank, rank + size - 1, 'WITHSCORES')
end

-- what fits below a rank or from it on; the first few tell whether the messages are large
local function fillBelow(rank)
  local parts, size = {}, 8
  while not isFull and count < limit and rank > 0 do
    size = math.min(size, limit - count, rank)
    rank = rank - size
    local rows = rowsAt(rank, size)
    for i = #rows - 1, 1, -2 do
      if not take(rows[i]) then
        rows = { unpack(rows, i + 2) }
        break
      end
    end
    if #rows > 0 then
      table.insert(parts, 1, rows)
    end
    size = 64
  end
  return parts
end

local function fillFrom(rank)
  local parts, size = {}, 8
  while not isFull and count < limit and rank < total do
    size = math.min(size, limit - count, total - rank)
    local rows = rowsAt(rank, size)
    for i = 1, #rows, 2 do
      if not take(rows[i]) then
        rows = { unpack(rows, 1, i - 1) }
        break
      end
    end
    if #rows > 0 then
      parts[#parts + 1] = rows
    end
    rank, size = rank + size, 64
  end
  return parts
end

-- what fits around a rank, newer and older in turn, its own message first; also the rank of the oldest
local function fillAround(rank)
  local parts, first, after = {}, rank, rank
  local function takeAt(at, place)
    local row = at >= 0 and at < total and rowsAt(at, 1)
    if not row or not take(row[1]) then
      return false
    end
    table.insert(parts, place, row)
    return true
  end
  local function takeOlder()
    local isTaken = takeAt(first - 1, 1)
    first = isTaken and first - 1 or first
    return isTaken
  end
  local function takeNewer()
    local isTaken = takeAt(after, #parts + 1)
    after = isTaken and after + 1 or after
    return isTaken
  end
  takeNewer()
  while takeOlder() or takeNewer() do
    takeNewer()
  end
  return parts, first
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

local parts, first
if both then
  parts, first = fillAround(from)
elseif direction == 'after' then
  parts, first = fillFrom(from), from
else
  parts = fillBelow(from)
  first = from - count
end
if count == 0 then
  return { 0 }
end

local answer = { found and 1 or 0, first > 0 and 1 or 0, first + count < total and 1 or 0 }
local function edge(rank, member, score)
  local n = #answer
  answer[n + 1], answer[n + 2], answer[n + 3] = score, digest(member), rank - below(score)
end
local oldest, newest = parts[1], parts[#parts]
edge(first, oldest[1], oldest[2])
edge(first + count - 1, newest[#newest - 1], newest[#newest])
for _, rows in ipairs(parts) do
  for i = 1, hasLarger and #rows or 0, 2 do
    rows[i] = #rows[i] > largest and '' or rows[i]
  end
  answer[#answer + 1] = rows
end
return answer
