-- Claims the looks of a name for a user, all of them or none.
-- KEYS[1]  hash: look → users, separated by spaces
-- ARGV[1]  the user
-- ARGV[2]  how many users a look may have: 1 for a new name; more to list those that were there before names were compared
-- ARGV[3…] the looks
-- Returns the other users that have one of them. With a limit of 1 nothing is written when there are any.
local user, limit = ARGV[1], tonumber(ARGV[2])
local others, held = {}, {}
for i = 3, #ARGV do
  held[i] = {}
  for other in string.gmatch(redis.call('HGET', KEYS[1], ARGV[i]) or '', '%S+') do
    table.insert(held[i], other)
    if other ~= user then others[other] = true end
  end
end
local list = {}
for other in pairs(others) do table.insert(list, other) end
if limit == 1 and #list > 0 then return list end
for i = 3, #ARGV do
  local mine = false
  for _, other in ipairs(held[i]) do mine = mine or other == user end
  if not mine and #held[i] < limit then
    table.insert(held[i], user)
    redis.call('HSET', KEYS[1], ARGV[i], table.concat(held[i], ' '))
  end
end
return list
