-- Takes a user from the looks of a name.
-- KEYS[1]  hash: look → users, separated by spaces
-- ARGV[1]  the user
-- ARGV[2…] the looks
for i = 2, #ARGV do
  local rest = {}
  for other in string.gmatch(redis.call('HGET', KEYS[1], ARGV[i]) or '', '%S+') do
    if other ~= ARGV[1] then table.insert(rest, other) end
  end
  if #rest > 0 then
    redis.call('HSET', KEYS[1], ARGV[i], table.concat(rest, ' '))
  else
    redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
