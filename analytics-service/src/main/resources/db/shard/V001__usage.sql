-- A shard: the usage of some organizations (decision 10). Counting works above tenants, summaries inside of one. Policies
-- ask once for each statement, not for each row; a query names its meter and customer, which lead every index.

-- Every event as it was accepted. Partitioned by the month of acceptance, so that keys are compared where they arrive. The
-- key's hash covers organization and mode.
CREATE SEQUENCE usage_event_seq;
CREATE TABLE usage_event (
	seq bigint NOT NULL DEFAULT nextval('usage_event_seq'),
	organization_id uuid NOT NULL,
	live boolean NOT NULL,
	customer_id uuid NOT NULL,
	metric text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	quantity numeric NOT NULL,
	happened_at timestamptz NOT NULL,
	accepted_at timestamptz NOT NULL,
	key_hash uuid NOT NULL,
	accepted_month date NOT NULL,
	properties jsonb,
	PRIMARY KEY (key_hash, accepted_month)
) PARTITION BY RANGE (accepted_month);
CREATE INDEX usage_event_listing ON usage_event (customer_id, metric, happened_at);
-- Rows are appended in this order, so that a range of it lies together.
CREATE INDEX usage_event_seq_range ON usage_event USING brin (seq) WITH (pages_per_range = 32, autosummarize = on);

-- The service owns no tables, so it asks for the partition of a month here: between four months back, for a queue that
-- stood still, and two ahead. Direct access to a partition finds no policy and therefore no row.
CREATE FUNCTION ensure_usage_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
	name text := 'usage_event_' || to_char(month, 'YYYY_MM');
BEGIN
	IF month <> date_trunc('month', month) OR month NOT BETWEEN now() - interval '4 months' AND now() + interval '2 months' THEN
		RAISE EXCEPTION 'no partition for month %', month USING ERRCODE = 'datetime_field_overflow';
	END IF;
	IF to_regclass(name) IS NULL THEN
		PERFORM pg_advisory_xact_lock(hashtext('ensure_usage_month'));
		EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF usage_event FOR VALUES FROM (%L) TO (%L)', name, month,
			(month + interval '1 month')::date);
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
		EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
	END IF;
END $$;

-- What the events of a minute amount to: see Measure. There is a row for every meter, customer and group that had one.
CREATE TABLE usage_minute (
	organization_id uuid NOT NULL,
	live boolean NOT NULL,
	meter_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	bucket timestamptz NOT NULL,
	grouping text COLLATE "C" NOT NULL,
	count bigint NOT NULL,
	sum numeric NOT NULL,
	min numeric NOT NULL,
	max numeric NOT NULL,
	latest numeric NOT NULL,
	latest_at timestamptz NOT NULL,
	latest_key text COLLATE "C" NOT NULL,
	moment numeric NOT NULL,
	PRIMARY KEY (meter_id, customer_id, bucket, grouping)
) WITH (fillfactor = 70);
CREATE INDEX usage_minute_bucket ON usage_minute (bucket);

-- The same by the hour, for hours before the watermark.
CREATE TABLE usage_hour (LIKE usage_minute, PRIMARY KEY (meter_id, customer_id, bucket, grouping)) WITH (fillfactor = 70);

-- The different values of an hour, for meters that count these; of every hour, whatever the watermark.
CREATE TABLE usage_unique (
	organization_id uuid NOT NULL,
	live boolean NOT NULL,
	meter_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	bucket timestamptz NOT NULL,
	grouping text COLLATE "C" NOT NULL,
	value text COLLATE "C" NOT NULL,
	PRIMARY KEY (meter_id, customer_id, bucket, grouping, value)
);

-- Minutes before the watermark are also in their hours. Who counts holds the row FOR SHARE, who moves the watermark or
-- changes what is counted FOR UPDATE. meters_version tells who counts that the meters have changed.
CREATE TABLE rollup_watermark (
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	watermark timestamptz NOT NULL DEFAULT date_bin('1 hour', now(), timestamptz '2000-01-01 00:00:00+00'),
	meters_version bigint NOT NULL DEFAULT 0
);
INSERT INTO rollup_watermark DEFAULT VALUES;

-- The meters that are counted here. Events up to cut_seq were there before the meter: they are rolled up in the background
-- and done up to backfilled_seq; events after it are counted as they come.
CREATE TABLE meter_activation (
	meter_id uuid PRIMARY KEY,
	organization_id uuid NOT NULL,
	live boolean NOT NULL,
	event_name text COLLATE "C" NOT NULL,
	definition jsonb NOT NULL,
	cut_seq bigint NOT NULL,
	backfilled_seq bigint NOT NULL DEFAULT 0,
	archived_at timestamptz
);

-- Up to where each partition of the shard's topic is counted, written together with what was counted.
CREATE TABLE consumed (
	topic text COLLATE "C" NOT NULL,
	part integer NOT NULL,
	next_offset bigint NOT NULL,
	PRIMARY KEY (topic, part)
);

ALTER TABLE usage_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_event FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_event USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));
ALTER TABLE usage_minute ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_minute FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_minute USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));
ALTER TABLE usage_hour ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_hour FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_hour USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));
ALTER TABLE usage_unique ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_unique FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_unique USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));
ALTER TABLE meter_activation ENABLE ROW LEVEL SECURITY;
ALTER TABLE meter_activation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON meter_activation USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));
ALTER TABLE rollup_watermark ENABLE ROW LEVEL SECURITY;
ALTER TABLE rollup_watermark FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON rollup_watermark FOR SELECT USING (true);
CREATE POLICY counting ON rollup_watermark USING ((SELECT app_system()));
ALTER TABLE consumed ENABLE ROW LEVEL SECURITY;
ALTER TABLE consumed FORCE ROW LEVEL SECURITY;
CREATE POLICY counting ON consumed USING ((SELECT app_system()));
