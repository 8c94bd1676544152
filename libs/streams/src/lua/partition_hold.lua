--[[
Renews a replica's leases on partitions, takes those that it wants and nobody holds, and tells of each who holds it.

Input:
  KEYS     of each partition: its stream, its owner ("{until when, ms on Redis' clock} {how many partitions there are} {consumer}").
           None: nobody, and nothing is half done. Until 0: it was given up with something half done. One of 0: nothing is added any more
  ARGV[1]  consumer
  ARGV[2]  lease (ms)
  ARGV[3]  how many partitions there are
  ARGV[4…] of each partition: look, hold (it is held), take (if nobody has it), reclaim (also if its lease is over)
Output:
  of each { who, ms, id }
    who  0 nobody: it may be taken   1 this replica, renewed   2 another, for `ms` more   3 another, whose lease is over
         4 this replica, from now on   5 as 4, and the one before may have begun what is in it up to `id`
--]]
-- include: lease_end
local me, lease, count = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lapse = string.format('%d', now + lease)
local answers = {}
for key = 1, #KEYS, 2 do
  local owner, wish = KEYS[key + 1], ARGV[4 + (key - 1) / 2]
  local ends, of, by = string.match(redis.call('GET', owner) or '', '^(%d+) (%d+) (.+)$')
  local written = tonumber(ends or 0)
  ends = lease_end(written, now, lease)
  if ends ~= written then
    redis.call('SET', owner, string.format('%d', ends) .. ' ' .. of .. ' ' .. by)
  end
  local answer
  if by == me and wish == 'hold' then
    redis.call('SET', owner, lapse .. ' ' .. of .. ' ' .. me)
    answer = { 1, 0, '' }
  elseif by and by ~= me and ends >= now then
    answer = { 2, ends - now, '' }
  else
    local isFree = not by or by == me or ends == 0
    if wish == 'reclaim' or (wish == 'take' and isFree) then
      redis.call('SET', owner, lapse .. ' ' .. count .. ' ' .. me)
      local last = by and redis.call('XREVRANGE', KEYS[key], '+', '-', 'COUNT', 1)[1]
      answer = { by and 5 or 4, 0, last and last[1] or '0-0' }
    else
      answer = { isFree and 0 or 3, 0, '' }
    end
  end
  answers[#answers + 1] = answer
end
return answers
