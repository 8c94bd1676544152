--[[
What a user's list says of rooms: where each stands, what was said last, up to where it is read. O(log n) a room.

KEYS  for each room: room:{id}, {room:{id}}:head, {room:{id}}:read, {room:{id}}:gone, {room:{id}}:members
ARGV  1 user id
      2 bytes of messages past which it stops; the rest is for the next call
      3 bytes of the largest message there is; what is larger is none
      4 bytes that are enough of one of ours whose text begins in them
Output  for each room: {seq, rev, newest message or its beginning, its score, the user's mark, how many beyond it are deleted, what
        the members hash holds of the user}; false where there is none
]]
-- include: newest
local user, left, largest, enough = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local lines = {}
for i = 1, #KEYS, 5 do
  local newest, score = newestOf(KEYS[i], largest, enough)
  local head = redis.call('HMGET', KEYS[i + 1], 'seq', 'rev')
  local mark = redis.call('HGET', KEYS[i + 2], user)
  local gone = redis.call('ZCOUNT', KEYS[i + 3], '(' .. (mark or '0'), '+inf')
  lines[#lines + 1] = { head[1], head[2], newest, score, mark, gone, redis.call('HGET', KEYS[i + 4], user) }
  left = left - #(newest or '')
  if left <= 0 then
    break
  end
end
return lines
