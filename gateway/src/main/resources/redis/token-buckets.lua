-- Takes one token from each bucket, or none from any. All keys carry the same hash tag, so they live in one slot.
-- KEYS buckets; ARGV requests, window (ms), burst for each. Answers whether it was allowed, then each bucket's tokens
-- afterwards in thousandths.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local tokens = {}
local allowed = 1
for i, key in ipairs(KEYS) do
	local rate = ARGV[3 * i - 2] / ARGV[3 * i - 1]
	local burst = tonumber(ARGV[3 * i])
	local bucket = redis.call('HMGET', key, 'tokens', 'at')
	local elapsed = math.max(0, now - (tonumber(bucket[2]) or now))
	tokens[i] = math.min(burst, (tonumber(bucket[1]) or burst) + elapsed * rate)
	if tokens[i] < 1 then
		allowed = 0
	end
end
local answer = { allowed }
for i, key in ipairs(KEYS) do
	if allowed == 1 then
		tokens[i] = tokens[i] - 1
		local full = (ARGV[3 * i] - tokens[i]) * ARGV[3 * i - 1] / ARGV[3 * i - 2]
		redis.call('HSET', key, 'tokens', tostring(tokens[i]), 'at', now)
		redis.call('PEXPIRE', key, math.ceil(full) + 1000)
	end
	answer[i + 1] = math.floor(tokens[i] * 1000)
end
return answer
