-- What somebody may do in a room: the part of `may` (libs/contracts/src/may.ts) that the room's own keys decide.
-- standing: what is known without them, as `standing` gives it   members: {room:{id}}:members
-- author: who wrote the message that is edited or deleted
-- info: {room:{id}}:info   subject: what the members hash holds of whom it is done to
local LEAST = { look = 0, enter = 0, remove = 2, ban = 2, banned = 2, manage = 2, appoint = 3, hand = 3, flip = 3, archive = 3 }
local NAMED = { look = 1, enter = 1, add = 1, remove = 1, ban = 1, banned = 1, appoint = 1, hand = 1, manage = 1, flip = 1, archive = 1 }
local LIVE = { send = 1, edit = 1, typing = 1, enter = 1, add = 1, manage = 1, flip = 1 }
local POSTS = { send = 1, typing = 1 }
local ABOVE = { remove = 1, ban = 1, appoint = 1 }

-- how far up somebody is
local function rankOf(role)
  if not role or role == 'x' then
    return 0
  end
  return role == 'o' and 3 or role == 'a' and 2 or 1
end

local function may(action, standing, members, userId, author, info, subject)
  if (action == 'edit' or action == 'delete') and author ~= userId then
    return false
  elseif standing ~= 'members' then
    return standing == 'system' or (standing == 'in' and not NAMED[action])
  end
  local role = redis.call('HGET', members, userId)
  local rank, least = rankOf(role), LEAST[action] or 1
  if rank < least then
    return false
  end
  local isPublic, isArchived, isForAdmins = false, false, false
  if info and (rank == 0 or LIVE[action]) then
    local rules = redis.call('HMGET', info, 'visibility', 'archivedAt', 'posting')
    isPublic, isArchived, isForAdmins = rules[1] == 'public', rules[2], rules[3] == 'admins'
  end
  if (rank == 0 and not isPublic) or (LIVE[action] and isArchived) or (POSTS[action] and isForAdmins and rank < 2) then
    return false
  end
  return not (action == 'enter' and role == 'x') and (not ABOVE[action] or rank > rankOf(subject))
end
