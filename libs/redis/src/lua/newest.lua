-- The beginnings of ours, as append.lua and change.lua write them.
local BEGINNING = '^{"seq":%d+,"from":"%d+","date":[%d.]+,"message":"'
local CHANGED = '^{"seq":%d+,"rev":%d+,"from":"%d+","date":[%d.]+,"message":"'

-- The newest member of a room and its score, both false where there is none. Of one of ours with a long text no more than is
-- enough; '' in place of what is too large to be a message.
local function newestOf(room, largest, enough)
  local newest = redis.call('ZREVRANGE', room, 0, 0, 'WITHSCORES')
  local member = newest[1]
  if member and #member > largest then
    member = ''
  elseif member and #member > enough and (string.find(member, BEGINNING) or string.find(member, CHANGED)) then
    member = string.sub(member, 1, enough)
  end
  return member or false, newest[2] or false
end
