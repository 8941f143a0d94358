# To be sourced by the scripts beside it: a platform of their own on this machine, and what is asked of it.
set -euo pipefail
cd "$(dirname "$0")"
here="$PWD"
cd ../..
. .mvn/find-jdk.sh
JAVA_HOME="$(find_jdk)"
export JAVA_HOME
for tool in curl psql; do
	command -v "$tool" >/dev/null || {
		echo "${0##*/}: $tool is missing: apt-get install curl postgresql-client" >&2
		exit 1
	}
done

batch="${METERING_BATCH:-100}"
organizations="${METERING_ORGANIZATIONS:-50}"
customers="${METERING_CUSTOMERS:-20}"
work="$(mktemp -d)"

# Ports and data of its own, beside a platform that runs already.
export BILLWRIGHT_DIRECTORY="$work/stack" BILLWRIGHT_CACHE="$PWD/.billwright/cache" BILLWRIGHT_SERVICE_HEAP="${METERING_HEAP:-512m}"
port=18300
for setting in POSTGRES REDIS KAFKA KAFKA_CONTROLLER SMTP GATEWAY GATEWAY_HTTP USER_SERVICE INVOICE_SERVICE \
	ANALYTICS_SERVICE SEARCH_SERVICE GATEWAY_MANAGEMENT USER_SERVICE_MANAGEMENT INVOICE_SERVICE_MANAGEMENT \
	ANALYTICS_SERVICE_MANAGEMENT SEARCH_SERVICE_MANAGEMENT; do
	export "BILLWRIGHT_${setting}_PORT=$port"
	port=$((port + 1))
done
base="http://127.0.0.1:$BILLWRIGHT_GATEWAY_HTTP_PORT"
metrics="http://127.0.0.1:$BILLWRIGHT_ANALYTICS_SERVICE_MANAGEMENT_PORT/actuator/prometheus"
# Limits are on, and wide enough for one address to stand for fifty organizations.
export BILLWRIGHT_GATEWAY_LIMITS_PRINCIPAL="60000000/min burst 1000000" BILLWRIGHT_GATEWAY_LIMITS_ADDRESS="60000000/min burst 1000000" \
	BILLWRIGHT_GATEWAY_LIMITS_PATHS_REGISTER_RATELIMIT="1000000/h" BILLWRIGHT_GATEWAY_LIMITS_PATHS_LOGIN_RATELIMIT="1000000/min"

cleanup() {
	./billwright down >/dev/null 2>&1 || true
	rm -rf "$work"
}
trap cleanup EXIT

java_run() { "$JAVA_HOME/bin/java" -Xmx384m -XX:+UseSerialGC -cp "$work/classes:local-stack/target/lib/*" "$@"; }

# load RATE SECONDS RUN SECONDS_TO_WARM_UP
load() { java_run Load "$base" "$work/tenants" "$1" "$2" "$batch" "$3" "$work/totals" "$4"; }

# scrape PATTERN [URL]: the sum of the samples whose line matches
scrape() { curl --silent --fail "${2:-$metrics}" | awk -v pattern="$1" '$0 !~ /^#/ && $0 ~ pattern { sum += $NF } END { printf "%.6f\n", sum }'; }

lag() { scrape '^billwright_usage_lag_events' | cut -d . -f 1; }

sql() { PGPASSWORD="$(cat "$work/stack/secrets/postgres-admin.password")" psql --quiet --no-psqlrc --tuples-only --no-align \
	--set ON_ERROR_STOP=1 --host 127.0.0.1 --port "$BILLWRIGHT_POSTGRES_PORT" --username postgres "$@"; }

# halves RATE SECONDS: each half alone, into $ingest and $stored. The shards' watermarks are held, so that nothing is counted while
# events are taken in; then they are let go, and what waits is counted while nothing comes in.
halves() {
	local holders=() shard previous store_begin store_end
	for shard in 0 1 2 3; do
		sql --dbname "analytics_$shard" --command "BEGIN" --command "SELECT FROM rollup_watermark FOR UPDATE" \
			--command "SELECT pg_sleep($((5 * $2 / 2)))" >/dev/null 2>&1 &
		holders+=($!)
	done
	ingest="$(load "$1" "$2" "ingest$RANDOM" "$2")"
	kill "${holders[@]}" 2>/dev/null || true
	sql --dbname postgres --command "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'" >/dev/null
	wait "${holders[@]}" 2>/dev/null || true
	waiting="$(lag)"
	store_begin="$(date +%s.%N)"
	store_end=$((SECONDS + 600))
	while previous="$(lag)" && [ "$previous" -gt "$((waiting / 10))" ] && [ "$SECONDS" -lt "$store_end" ]; do
		# What waits for a shard tries again after a pause.
		[ "$previous" -lt "$waiting" ] || store_begin="$(date +%s.%N)"
		sleep 1
	done
	stored="$(awk -v begin="$store_begin" -v end="$(date +%s.%N)" -v events="$((waiting - previous))" 'BEGIN { printf "%d", events / (end - begin) }')"
}

# Starts it, with organizations and customers of theirs.
start() {
	./billwright up --detach
	mkdir "$work/classes"
	"$JAVA_HOME/bin/javac" -cp "local-stack/target/lib/*" -d "$work/classes" "$here"/*.java
	echo "metering: $organizations organizations of $customers customers" >&2
	java_run Tenants "$base" "$organizations" "$customers" "$work/tenants"
}
