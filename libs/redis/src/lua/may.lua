-- What somebody may do in a room: the part of `may` (libs/contracts/src/may.ts) that the members hash decides.
-- standing: what is known without it, as `standing` gives it   members: {room:{id}}:members
-- author: who wrote the message that is edited or deleted
local function may(action, standing, members, userId, author)
  if standing == 'members' then
    local role = redis.call('HGET', members, userId)
    if not role or role == 'x' then
      return false
    end
  elseif standing ~= 'in' and standing ~= 'system' then
    return false
  end
  return (action ~= 'edit' and action ~= 'delete') or author == userId
end
