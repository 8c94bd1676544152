--[[
What somebody missed in rooms since positions in them, bounded in messages and bytes over all of them.

KEYS  for each room: room:{id}, {room:{id}}:head
ARGV  1 limit   2 bytes   3 bytes of the largest message there is; what is larger is none, and given as ''
      4 how far behind is too far   5 1: nothing was given before, so that one message may exceed the bytes
      for each room: room id, seq, id of the message with that seq ('' with 0), rev
Output  for each room:
        {'reset'}: the position is not of this history, or too far behind
        {'later'}: its turn did not come, ask again from the same place
        {'ok', more: 1 or 0, seq, date and rev of the head, seq and date of the last one of ours or '',
         message, score, message, score, …}, oldest first
]]
local limit, left, largest, tooFar = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local isFirst = ARGV[5] == '1'
-- what an id and commas add to a message
local OVERHEAD = 80

local function starts(member, prefix)
  return string.sub(member, 1, #prefix) == prefix
end

-- the rank of what follows a position; nothing when the position is not of this history
local function after(room, roomId, seq, id, first)
  if seq == '0' then
    return first and redis.call('ZCOUNT', room, '-inf', '(' .. first) or 0
  end
  local sec, usec = string.match(id, '%-(%d+)(%d%d%d%d%d%d)$')
  if not sec or id ~= roomId .. '-' .. seq .. '-' .. sec .. usec then
    return
  end
  local score = sec .. '.' .. usec
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', room, score, score)) do
    if starts(member, '{"seq":' .. seq .. ',') then
      return redis.call('ZCOUNT', room, '-inf', score)
    end
  end
end

-- messages from a rank on into an answer, within the bounds; reads more of them at a time the further it goes
local function fill(answer, room, rank)
  local total, chunk, count = redis.call('ZCARD', room), 8, 0
  while rank < total do
    local rows = redis.call('ZRANGE', room, rank, rank + chunk - 1, 'WITHSCORES')
    for i = 1, #rows, 2 do
      local member, score = rows[i], rows[i + 1]
      if #member > largest then
        member = ''
      end
      local size = #member + OVERHEAD
      if limit == 0 or (size > left and not isFirst) then
        return count, true
      end
      limit, left, isFirst, count, rank = limit - 1, left - size, false, count + 1, rank + 1
      answer[#answer + 1] = member
      answer[#answer + 1] = score
      local seq = string.match(member, '^{"seq":(%d+),')
      if seq then
        answer[6], answer[7] = seq, string.format('%.6f', score)
      end
    end
    chunk = math.min(2 * chunk, 64)
  end
  return count, false
end

local function sync(room, head, roomId, seq, id, rev)
  if limit == 0 or (left <= 0 and not isFirst) then
    return { 'later' }
  end
  local fields = redis.call('HMGET', head, 'seq', 'date', 'rev', 'first')
  local headSeq, headRev = tonumber(fields[1] or '0'), tonumber(fields[3] or '0')
  if tonumber(seq) > headSeq or tonumber(rev) > headRev or headSeq - tonumber(seq) > tooFar then
    return { 'reset' }
  end
  local answer = { 'ok', 0, string.format('%d', headSeq), fields[2] or '', string.format('%d', headRev), '', '' }
  if headSeq == 0 then
    return answer
  end
  local rank = after(room, roomId, seq, id, fields[4])
  if not rank then
    return { 'reset' }
  end
  local isWhole = isFirst
  local count, more = fill(answer, room, rank)
  if more and answer[6] == '' then
    -- nothing but foreign messages: no position to go on from, whatever the bounds
    return { (isWhole and count > 0) and 'reset' or 'later' }
  end
  answer[2] = more and 1 or 0
  return answer
end

local answers = {}
for i = 1, #KEYS, 2 do
  local at = 2 * i + 4
  answers[#answers + 1] = sync(KEYS[i], KEYS[i + 1], ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
end
return answers
