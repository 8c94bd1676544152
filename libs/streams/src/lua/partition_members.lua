--[[
Renews the lease of a replica that reads partitions, and tells which others there are.

Input:
  KEYS[1]  members: consumer -> end of its lease (ms, Redis' clock)
  ARGV[1]  consumer
  ARGV[2]  lease (ms)
Output:
  { 1: it was over or absent, { consumer, ms until it is over… } }
--]]
-- include: lease_end
local lease = tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%d', now))
local isNew = not redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + lease, ARGV[1])
local members = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 2, #members, 2 do
  local written = tonumber(members[i])
  local ends = lease_end(written, now, lease)
  if ends ~= written then
    redis.call('ZADD', KEYS[1], ends, members[i - 1])
  end
  members[i] = ends - now
end
return { isNew and 1 or 0, members }
