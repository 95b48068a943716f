-- Claims timers that are due, or whose claimant let its lease run out, in one shard of a queue.
--
-- KEYS     as in timers.lua
-- ARGV[1]  how many at most
-- ARGV[2]  lease in ms
--
-- Returns how many more are due, then per timer its id and its record (fence, deadline, payload).
local due, data = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local max = tonumber(ARGV[1])
local waiting = redis.call('ZCOUNT', due, '-inf', string.format('%.0f', now))
if waiting == 0 or max == 0 then
  return { waiting }
end
local ids = redis.call('ZRANGEBYSCORE', due, '-inf', string.format('%.0f', now), 'LIMIT', 0, max)
local records = redis.call('HMGET', data, unpack(ids))

-- Fences grow from claim to claim. The clock takes over where the last one was lost with a master.
local fence = math.max(tonumber(redis.call('HGET', data, '') or '0'), now)
local lease = string.format('%.0f', now + ARGV[2] * 1000)
local scores, fields, reply = {}, {}, { waiting - #ids }
for i = 1, #ids do
  fence = fence + 1
  local old = records[i] or struct.pack('>dd', 0, now)
  local record = struct.pack('>d', fence) .. string.sub(old, 9)
  scores[2 * i - 1] = lease
  scores[2 * i] = ids[i]
  fields[2 * i - 1] = ids[i]
  fields[2 * i] = record
  reply[2 * i] = ids[i]
  reply[2 * i + 1] = record
end
fields[#fields + 1] = ''
fields[#fields + 1] = string.format('%.0f', fence)

-- The remove comes first because it needs no memory: timers fire on a full server, too.
redis.call('ZREM', due, unpack(ids))
redis.call('ZADD', due, unpack(scores))
redis.call('HSET', data, unpack(fields))
return reply
