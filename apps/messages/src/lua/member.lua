-- Whether a user is in a room. What the id alone allows is checked by the caller, who gives '' for what it does not.
local function isMember(kind, members, userId)
  if kind == 'named' then
    return redis.call('HEXISTS', members, userId) == 1
  end
  return kind ~= ''
end
