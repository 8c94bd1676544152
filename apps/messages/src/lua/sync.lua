--[[
What somebody missed in rooms since positions in them, bounded in messages and bytes over all of them.

KEYS  for each room: room:{id}, {room:{id}}:head, {room:{id}}:changes
ARGV  1 limit   2 bytes   3 bytes of the largest message there is; what is larger is none, and given as ''
      4 how far behind is too far   5 1: nothing was given before, so that one message may exceed the bytes
      for each room: room id, seq, id of the message with that seq ('' with 0), rev
Output  for each room:
        {'reset'}: the position is not of this history, or too far behind
        {'later'}: its turn did not come, ask again from the same place
        {'ok', more: 1 or 0, seq and date of the last one of ours that is known now, rev up to which changes are known now,
         how many changed, message, score, message, score, …}
        what changed of what was known comes first, in the order of rev, then what was missed, oldest first; unless all that
        changed is in the answer nothing is that was missed
]]
-- include: time
-- include: clock
-- include: ours
local limit, left, largest, tooFar = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local isFirst = ARGV[5] == '1'
-- what an id and commas add to a message
local OVERHEAD = 80

-- the rank of what follows a position; nothing when the position is not of this history
local function after(room, roomId, seq, id, first)
  if seq == '0' then
    return first and redis.call('ZCOUNT', room, '-inf', '(' .. first) or 0
  end
  local score = scoreOf(id)
  if not score or id ~= roomId .. '-' .. seq .. '-' .. string.gsub(score, '%.', '') then
    return
  end
  return findOurs(room, seq, score) and redis.call('ZCOUNT', room, '-inf', score)
end

-- takes a message into an answer, unless that is too much
local function take(answer, member, score)
  if #member > largest then
    member = ''
  end
  local size = #member + OVERHEAD
  if limit == 0 or (size > left and not isFirst) then
    return false
  end
  limit, left, isFirst = limit - 1, left - size, false
  answer[#answer + 1] = member
  answer[#answer + 1] = score
  return true
end

-- what changed after a rev at or below a seq; the rev up to which it is in the answer, and whether that is all of it
local function fillChanged(answer, room, changes, seq, rev, headRev)
  local rows = redis.call('ZRANGEBYSCORE', changes, '(' .. string.format('%d', rev), '+inf', 'WITHSCORES')
  for i = 1, #rows, 2 do
    local place, sec, usec = string.match(rows[i], '^m(%d+):(%d+)(%d%d%d%d%d%d)$')
    if place and tonumber(place) <= seq then
      local score = sec .. '.' .. usec
      local member = findOurs(room, place, score)
      if member and not take(answer, member, score) then
        return rev, false
      end
    end
    rev = tonumber(rows[i + 1])
  end
  return headRev, true
end

-- messages from a rank on, within the bounds; reads more of them at a time the further it goes
local function fill(answer, room, rank, headSeq)
  local total, chunk = redis.call('ZCARD', room), 8
  while rank < total do
    local rows = redis.call('ZRANGE', room, rank, rank + chunk - 1, 'WITHSCORES')
    for i = 1, #rows, 2 do
      if not take(answer, rows[i], rows[i + 1]) then
        return false
      end
      rank = rank + 1
      local seq = string.match(rows[i], '^{"seq":([1-9]%d*),')
      -- a demo server may store anything
      if seq and #seq <= 15 and tonumber(seq) <= headSeq then
        answer[3], answer[4] = seq, string.format('%.6f', rows[i + 1])
      end
    end
    chunk = math.min(2 * chunk, 64)
  end
  return true
end

local function sync(room, head, changes, roomId, seq, id, rev)
  if limit == 0 or (left <= 0 and not isFirst) then
    return { 'later' }
  end
  local fields = redis.call('HMGET', head, 'seq', 'date', 'rev', 'first', 'floor')
  local headSeq, headRev, known = tonumber(fields[1] or '0'), revOf(fields[1], fields[3]), revOf(seq, rev)
  -- a client without messages has missed no change
  local isLost = seq ~= '0' and fields[5] and known < tonumber(fields[5])
  if tonumber(seq) > headSeq or known > headRev or headSeq - tonumber(seq) > tooFar or isLost then
    return { 'reset' }
  end
  -- a room without any change has no rev
  local revOut = function(at)
    return fields[3] and string.format('%d', at) or '0'
  end
  local answer = { 'ok', 0, string.format('%d', headSeq), fields[2] or '', revOut(headRev), 0 }
  if headSeq == 0 then
    return answer
  end
  local rank = after(room, roomId, seq, id, fields[4])
  if not rank then
    return { 'reset' }
  end
  if headRev > known and fields[3] then
    local upTo, isAll = fillChanged(answer, room, changes, tonumber(seq), known, headRev)
    answer[6] = (#answer - 6) / 2
    if not isAll then
      answer[2], answer[3], answer[5] = 1, '', revOut(upTo)
      return answer[6] > 0 and answer or { 'later' }
    end
  end
  answer[3], answer[4] = '', ''
  local isWhole, size = isFirst, #answer
  if fill(answer, room, rank, headSeq) then
    answer[3], answer[4] = string.format('%d', headSeq), fields[2] or ''
    return answer
  end
  answer[2] = 1
  if answer[3] ~= '' then
    return answer
  elseif answer[6] > 0 then
    -- the changes alone: what was missed begins with foreign messages, which give no position
    for i = #answer, size + 1, -1 do
      answer[i] = nil
    end
    return answer
  end
  -- nothing but foreign messages: no position to go on from, whatever the bounds
  return { (isWhole and #answer > size) and 'reset' or 'later' }
end

local answers = {}
for i = 1, #KEYS, 3 do
  local at = 6 + (i - 1) / 3 * 4
  answers[#answers + 1] = sync(KEYS[i], KEYS[i + 1], KEYS[i + 2], ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
end
return answers
