--[[
A stretch of a room's history. O(log n + limit), wherever it lies.

A place in the history is {score, digest, place}: the message's score, the start of its SHA-1, and how many messages of
the same score stand before it. Messages of the demo share scores; the digest finds the place again when one was
inserted meanwhile.

KEYS  1 room:{id}
ARGV  1 newest, before or after   2 limit   3 score   4 digest   5 place  (3 to 5 not for newest)
Output  {older: 1 or 0, newer: 1 or 0, first place, last place, message, score, message, score, …}, oldest first
]]
local room, direction, limit = KEYS[1], ARGV[1], tonumber(ARGV[2])
local total = redis.call('ZCARD', room)

local function digest(member)
  return string.sub(redis.sha1hex(member), 1, 12)
end

-- the rank of the cursor's message, and whether it is still there
local function find()
  local score = ARGV[3]
  local base = redis.call('ZCOUNT', room, '-inf', '(' .. score)
  local equals = redis.call('ZCOUNT', room, score, score)
  local place = math.min(tonumber(ARGV[5]), equals)
  if place < equals then
    local there = redis.call('ZRANGE', room, base + place, base + place)
    if digest(there[1]) == ARGV[4] then
      return base + place, true
    end
  end
  for from = 0, equals - 1, 256 do
    local chunk = redis.call('ZRANGE', room, base + from, base + math.min(from + 255, equals - 1))
    for i, member in ipairs(chunk) do
      if digest(member) == ARGV[4] then
        return base + from + i - 1, true
      end
    end
  end
  return base + place, false
end

local first, last
if direction == 'newest' then
  first, last = total - limit, total - 1
else
  local rank, there = find()
  if direction == 'before' then
    first, last = rank - limit, rank - 1
  else
    first = there and rank + 1 or rank
    last = first + limit - 1
  end
end
first = math.max(first, 0)
last = math.min(last, total - 1)
if last < first then
  return { direction == 'after' and total > 0 and 1 or 0, direction == 'before' and total > 0 and 1 or 0, 0, 0 }
end

local rows = redis.call('ZRANGE', room, first, last, 'WITHSCORES')
local function place(rank, score)
  return rank - redis.call('ZCOUNT', room, '-inf', '(' .. score)
end
local answer = {
  first > 0 and 1 or 0,
  last < total - 1 and 1 or 0,
  place(first, rows[2]),
  place(last, rows[#rows]),
}
for _, value in ipairs(rows) do
  answer[#answer + 1] = value
end
return answer
