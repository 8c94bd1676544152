--[[
Changes what somebody is in a named room, and tells the gateways: right, members hash, roster, clock, the user's list and its
version, all at once. Again: nothing.

KEYS  1 {room:{id}}:info   2 {room:{id}}:members   3 {room:{id}}:roster   4 {room:{id}}:head   5 {room:{id}}:changes
      6 {room:{id}}:todo
      7 user:{id}:rooms   8 {user:{id}:rooms}:version   both left out on a Cluster, where they lie in another slot (list.lua)
ARGV  1 what is done: 'enter', 'leave', 'add', 'remove', 'ban', 'unban', 'appoint', or 'set' (whatever it was)
      2 how who does it stands in the room (may.lua)
      3 room id   4 user id of who does it   5 user id of whom it is done to   6 role for 'appoint' and 'set'; '': none any more
      7 the latter's name as rosters have it   8 changes kept
      9 channel of the room   10 channel of all gateways   11 server id   12 traceparent of the span that this is part of, or ''
Output  {'changed' or 'same', role now or '', 1 when they were in it before and are now}
        {'not_found'}: who does it may not know the room   {'forbidden'}
        {'nobody'}: only a member can be appointed   {'banned'}: nobody who is banned can be added
        {'owner'}: an owner does not leave others without one
]]
-- include: may
-- include: clock
-- include: announce
-- include: feed
-- include: card
-- include: membership
-- include: listing
local info, members, roster, head, changes, todo = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local act, standing, roomId, actor, subject, wanted, name = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local kept, channel, news, serverId, span = ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local before = redis.call('HGET', members, subject)
local isIn = rankOf(before) > 0

local ROLE = { enter = 'm', add = 'm', ban = 'x' }
local role = ROLE[act] or ((act == 'appoint' or act == 'set') and wanted ~= '' and wanted)

if act ~= 'leave' and act ~= 'set' then
  if not may('look', standing, members, actor, nil, info) then
    return { 'not_found' }
  elseif act == 'enter' and isIn then
    return { 'same', before }
  elseif not may(act == 'unban' and 'ban' or act, standing, members, actor, nil, info, before) then
    return { 'forbidden' }
  end
end

if (act == 'add' and isIn) or (act == 'unban' and before ~= 'x') or ((act == 'leave' or act == 'remove') and not isIn)
  or before == (role or false) then
  -- who left it half done may have left the list as it was
  local mended = KEYS[7] and relist(KEYS[7], KEYS[8], roomId, subject, isIn, false, news, serverId, span)
  return { mended and 'changed' or 'same', before or '' }
elseif act == 'add' and before == 'x' then
  return { 'banned' }
elseif act == 'appoint' and not isIn then
  return { 'nobody' }
elseif act == 'leave' and before == 'o' and countMembers(members, roster) > 1 then
  return { 'owner' }
end

local rev = become(members, roster, head, changes, kept, roomId, subject, name, role, channel, serverId, span)
if act == 'leave' and before == 'o' then
  redis.call('HSET', info, 'archivedAt', nowMs())
  tellCard(info, head, changes, todo, kept, roomId, channel, serverId, span)
end
if rev and KEYS[7] then
  relist(KEYS[7], KEYS[8], roomId, subject, rankOf(role) > 0, true, news, serverId, span)
elseif rev then
  redis.call('HSET', todo, 'u' .. subject, rev)
end
return { 'changed', role or '', (isIn and rankOf(role) > 0) and 1 or 0 }
