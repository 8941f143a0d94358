-- Draws tokens from every bucket, the same number from each: as many as wanted and in all of them, at least the least, or
-- none. All keys carry the same hash tag, so they live in one slot.
-- KEYS buckets; ARGV least, wanted, then requests, window (ms), burst for each. Answers how many were drawn, then each
-- bucket's tokens afterwards in thousandths.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local tokens = {}
local drawn = tonumber(ARGV[2])
for i, key in ipairs(KEYS) do
	local rate = ARGV[3 * i] / ARGV[3 * i + 1]
	local burst = tonumber(ARGV[3 * i + 2])
	local bucket = redis.call('HMGET', key, 'tokens', 'at')
	local elapsed = math.max(0, now - (tonumber(bucket[2]) or now))
	tokens[i] = math.min(burst, (tonumber(bucket[1]) or burst) + elapsed * rate)
	drawn = math.min(drawn, math.floor(tokens[i]))
end
if drawn < tonumber(ARGV[1]) then
	drawn = 0
end
local answer = { drawn }
for i, key in ipairs(KEYS) do
	if drawn > 0 then
		tokens[i] = tokens[i] - drawn
		local full = (ARGV[3 * i + 2] - tokens[i]) * ARGV[3 * i + 1] / ARGV[3 * i]
		redis.call('HSET', key, 'tokens', tostring(tokens[i]), 'at', now)
		redis.call('PEXPIRE', key, math.ceil(full) + 1000)
	end
	answer[i + 1] = math.floor(tokens[i] * 1000)
end
return answer
