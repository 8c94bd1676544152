--[[
Gives partitions back that a replica holds.

Input:
  KEYS     owners (partition_hold.lua)
  ARGV[1]  consumer
  ARGV[2]  1: something may be half done; 2: it is still held, and nothing more is added to it
Output:
  of each 1: given back, 0: it was another's
--]]
local answers = {}
for i, owner in ipairs(KEYS) do
  local ends, of, by = string.match(redis.call('GET', owner) or '', '^(%d+) (%d+) (.+)$')
  local isMine = by == ARGV[1]
  if isMine and ARGV[2] == '1' then
    redis.call('SET', owner, '0 ' .. of .. ' ' .. by)
  elseif isMine and ARGV[2] == '2' then
    redis.call('SET', owner, ends .. ' 0 ' .. by)
  elseif isMine then
    redis.call('DEL', owner)
  end
  answers[i] = isMine and 1 or 0
end
return answers
