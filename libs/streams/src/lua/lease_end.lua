-- The end of a lease, as it is written. Where that is further away than any lease is long, Redis' clock was set back since: then it is as
-- if it was renewed now. Who lives renews it before it is over, and who is gone does not hold it until the clock is there again.
local FAR = 60000
local function lease_end(written, now, lease)
  return written > now + lease + FAR and now + lease or written
end
