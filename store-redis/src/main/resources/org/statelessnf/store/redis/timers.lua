-- Timer operations of one shard of a queue, one after the other.
--
-- KEYS[1]  sorted set: timer id by the time it is due, in microseconds; of a claimed timer the
--          time its lease ends
-- KEYS[2]  hash: timer id to fence and deadline (doubles, big-endian; fence 0: not claimed) and
--          payload; the empty field holds the last fence that was given out
-- ARGV  per operation
--   s schedule, m move, c cancel, f finish, g go again (finish by setting anew)
--   id
--   delay in ms (s, m, g)
--   payload (s) or fence (f, g)
--
-- Returns, flat, 8 * index + code for what did not succeed.
--   1 superseded or claimed by another   3 no such timer   5 no memory
local due, data = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local reply, n = {}, 0

for i = 1, #ARGV / 4 do
  local op, id, delay, last = unpack(ARGV, 4 * i - 3, 4 * i)
  local payload, code
  local record = op ~= 's' and redis.call('HGET', data, id)
  if op == 's' then
    payload = last
  elseif not record then
    code = 3
  elseif (op == 'f' or op == 'g') and (last == '0' or struct.unpack('>d', record) ~= tonumber(last)) then
    code = 1
  elseif op == 'c' or op == 'f' then
    redis.call('ZREM', due, id)
    redis.call('HDEL', data, id)
  else
    payload = string.sub(record, 17)
    -- A write that needs no memory comes first: an existing timer can be moved where memory is full.
    redis.call('ZREM', due, id)
  end
  if payload then
    local at = now + delay * 1000
    local result = redis.pcall('ZADD', due, string.format('%.0f', at), id)
    if type(result) ~= 'table' then
      redis.call('HSET', data, id, struct.pack('>dd', 0, at) .. payload)
    elseif string.find(result.err, 'OOM', 1, true) then
      code = 5
    else
      return result
    end
  end
  if code then
    n = n + 1
    reply[n] = 8 * i + code
  end
end
return reply
