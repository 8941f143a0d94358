-- Draws from the buckets of several limits: what a request costs from every limit that is enforced, or from none, and up
-- to `ahead` more for requests to come. All keys carry the same hash tag, so they live in one slot.
-- KEYS buckets; ARGV for each limit: buckets, cost, ahead, 1 for a dry run; then for each of its buckets: requests, window
-- (ms), burst, what is owed (charged in any case, if need be below zero). Answers for each limit how many were drawn, or -1
-- where it has too few, then what each of its buckets holds afterwards in thousandths.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = 0
local function argument()
	at = at + 1
	return tonumber(ARGV[at])
end
local key = 0
local allowed = true
local limits = {}
while key < #KEYS do
	local limit = { enough = true, buckets = {} }
	local count = argument()
	limit.cost, limit.ahead = argument(), argument()
	local dry = argument() == 1
	for i = 1, count do
		key = key + 1
		local bucket = { key = KEYS[key], requests = argument(), window = argument(), burst = argument(), owed = argument() }
		local known = redis.call('HMGET', bucket.key, 'tokens', 'at')
		local elapsed = math.max(0, now - (tonumber(known[2]) or now))
		local tokens = (tonumber(known[1]) or bucket.burst) + elapsed * bucket.requests / bucket.window
		bucket.tokens = math.min(bucket.burst, tokens) - bucket.owed
		limit.enough = limit.enough and bucket.tokens >= math.min(limit.cost, bucket.burst)
		limit.ahead = math.max(0, math.min(limit.ahead, math.floor(bucket.tokens) - limit.cost))
		limit.buckets[i] = bucket
	end
	allowed = allowed and (limit.enough or dry)
	limits[#limits + 1] = limit
end
local answer = {}
for _, limit in ipairs(limits) do
	local drawn = 0
	if not limit.enough then
		drawn = -1
	elseif allowed then
		drawn = limit.cost + limit.ahead
	end
	answer[#answer + 1] = drawn
	for _, bucket in ipairs(limit.buckets) do
		if drawn > 0 or bucket.owed > 0 then
			bucket.tokens = bucket.tokens - math.max(0, drawn)
			local full = (bucket.burst - bucket.tokens) * bucket.window / bucket.requests
			redis.call('HSET', bucket.key, 'tokens', tostring(bucket.tokens), 'at', now)
			redis.call('PEXPIRE', bucket.key, math.ceil(full) + 1000)
		end
		answer[#answer + 1] = math.floor(bucket.tokens * 1000)
	end
end
return answer
