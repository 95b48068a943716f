-- Filter operations of one segment of a Bloom filter kept by the server's own filters (BF.*).
--
-- KEYS     as in bloom.lua, with the server's filters in place of bitmaps
-- ARGV[1]  false-positive rate
-- ARGV[2]  capacity of the segment
-- then per operation
--   a add   t test   r rotate
--   element
--
-- Returns per test 1 for perhaps, 0 for certainly not; per add 0, or 1 if there was no memory.
local generations = #KEYS - 1
local newest = tonumber(redis.call('GET', KEYS[1]) or '0')
local reply, n = {}, 0

for i = 3, #ARGV, 2 do
  local op, element = ARGV[i], ARGV[i + 1]
  if op == 't' then
    local found = 0
    for g = 2, generations + 1 do
      if found == 0 then
        found = redis.call('BF.EXISTS', KEYS[g], element)
      end
    end
    n = n + 1
    reply[n] = found
  elseif op == 'a' then
    local filter = KEYS[newest % generations + 2]
    local result = {}
    if redis.call('EXISTS', filter) == 0 then
      result = redis.pcall('BF.RESERVE', filter, ARGV[1], ARGV[2])
    end
    if not result.err then
      result = redis.pcall('BF.ADD', filter, element)
    end
    n = n + 1
    reply[n] = 0
    if type(result) == 'table' and result.err then
      if not string.find(result.err, 'OOM', 1, true) then
        return result
      end
      reply[n] = 1
    end
  else
    newest = newest + 1
    redis.call('DEL', KEYS[newest % generations + 2])
    redis.call('SET', KEYS[1], newest)
  end
end
return reply
