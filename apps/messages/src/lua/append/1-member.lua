-- Who may not send to the room stores nothing.
local allowed = {}

checks[#checks + 1] = function(message)
  local userId = message.userId
  if message.standing ~= 'members' then
    return not may('send', message.standing) and { 'forbidden' } or nil
  elseif allowed[userId] == nil then
    allowed[userId] = may('send', message.standing, room.members, userId, nil, room.info)
  end
  return not allowed[userId] and { 'forbidden' } or nil
end
