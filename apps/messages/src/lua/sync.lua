--[[
What somebody missed in a room since a position.

KEYS  1 room:{id}   2 {room:{id}}:head
ARGV  1 room id   2 seq   3 id of the message with that seq ('' with 0)   4 rev   5 limit   6 how far behind is too far
Output  {'reset'}: the position is not of this history, or too far behind
        {'ok', more: 1 or 0, seq, date and rev of the head, message, score, message, score, …}, oldest first
]]
local room, head = KEYS[1], KEYS[2]
local roomId, seq, id, limit = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[5])

local fields = redis.call('HMGET', head, 'seq', 'date', 'rev', 'first')
local headSeq, headRev = tonumber(fields[1] or '0'), tonumber(fields[3] or '0')
if seq > headSeq or tonumber(ARGV[4]) > headRev or headSeq - seq > tonumber(ARGV[6]) then
  return { 'reset' }
end

local function starts(member, prefix)
  return string.sub(member, 1, #prefix) == prefix
end

local answer = { 'ok', 0, string.format('%d', headSeq), fields[2] or '', string.format('%d', headRev) }
local from
if seq > 0 then
  local sec, usec = string.match(id, '%-(%d+)(%d%d%d%d%d%d)$')
  if not sec or id ~= roomId .. '-' .. ARGV[2] .. '-' .. sec .. usec then
    return { 'reset' }
  end
  local score = sec .. '.' .. usec
  local known = false
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', room, score, score)) do
    known = known or starts(member, '{"seq":' .. ARGV[2] .. ',')
  end
  if not known then
    return { 'reset' }
  end
  from = '(' .. score
elseif headSeq == 0 then
  return answer
else
  from = fields[4] or '-inf'
end

local rows = redis.call('ZRANGEBYSCORE', room, from, '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1)
local own = false
for i = 1, math.min(#rows, 2 * limit), 2 do
  own = own or starts(rows[i], '{"seq":')
  answer[#answer + 1] = rows[i]
  answer[#answer + 1] = rows[i + 1]
end
if #rows > 2 * limit then
  if not own then
    -- nothing but foreign messages: no position to go on from
    return { 'reset' }
  end
  answer[2] = 1
end
return answer
