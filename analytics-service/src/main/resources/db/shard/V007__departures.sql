-- Moving organizations between shards (decision 14).

-- Where an organization is, as far as this shard has to know: it was moved to here or from here. Who asks with an older
-- version asks again there, and whoever counts passes on what is not for here. A move may write only as long as its attempt
-- is the latest one.
CREATE TABLE usage_placement (
	organization_id uuid PRIMARY KEY,
	version bigint NOT NULL,
	shards integer[] NOT NULL CHECK (cardinality(shards) > 0),
	counted_until timestamptz,
	changed_at timestamptz NOT NULL,
	attempt uuid
);
ALTER TABLE usage_placement ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_placement FORCE ROW LEVEL SECURITY;
CREATE POLICY moving ON usage_placement USING ((SELECT app_system()));
CREATE POLICY asking ON usage_placement FOR SELECT USING (organization_id = (SELECT app_organization()));

-- Tells who counts that placements have changed, as meters_version does of meters.
ALTER TABLE rollup_watermark ADD COLUMN placements_version bigint NOT NULL DEFAULT 0;

-- The placement, where it is newer than what is known. Who writes keeps the organization from leaving until it has written;
-- the lock comes before the look, each of which is a statement of its own and so sees what was committed before.
CREATE FUNCTION usage_here(organization uuid, known bigint, writing boolean)
RETURNS SETOF usage_placement LANGUAGE plpgsql AS $$
BEGIN
	IF writing THEN
		PERFORM pg_advisory_xact_lock_shared(hashtextextended('placement ' || organization, 0));
	END IF;
	RETURN QUERY SELECT * FROM usage_placement WHERE organization_id = organization AND version > known;
END $$;

-- Which of so many places in the list of an organization's shards a customer has, as java.util.UUID.hashCode().
CREATE FUNCTION usage_slot(customer uuid, slots integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT ((hash % slots) + slots) % slots
	FROM (SELECT ('x' || substr(hex, 1, 8))::bit(32)::integer # ('x' || substr(hex, 9, 8))::bit(32)::integer
			# ('x' || substr(hex, 17, 8))::bit(32)::integer # ('x' || substr(hex, 25, 8))::bit(32)::integer AS hash
		FROM (SELECT replace(customer::text, '-', '') AS hex) AS digits) AS hashed
$$;

-- Events that have come from another shard keep their order among themselves and lie before everything that was ever counted
-- here: each arrival has a range of negative numbers, and an event's number in it is that at its source plus the same
-- difference. One that has arrived in parts is continued after done_seq, which is a number at the source.
CREATE SEQUENCE usage_arrival_seq;
CREATE TABLE usage_arrival (
	number bigint PRIMARY KEY DEFAULT nextval('usage_arrival_seq'),
	organization_id uuid NOT NULL,
	move_id uuid NOT NULL,
	version bigint NOT NULL,
	source_base bigint NOT NULL,
	done_seq bigint NOT NULL,
	first_seq bigint NOT NULL GENERATED ALWAYS AS (1 - number * 17592186044416) STORED,
	last_seq bigint,
	UNIQUE (organization_id, number)
);
ALTER TABLE usage_arrival ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_arrival FORCE ROW LEVEL SECURITY;
CREATE POLICY moving ON usage_arrival USING ((SELECT app_system()));
CREATE POLICY activating ON usage_arrival FOR SELECT USING (organization_id = (SELECT app_organization()));

-- Events that a meter has not counted at their source, because it was archived: after one number and up to the other.
CREATE TABLE meter_skipped (
	meter_id uuid NOT NULL,
	organization_id uuid NOT NULL,
	live boolean NOT NULL,
	after_seq bigint NOT NULL,
	until_seq bigint NOT NULL,
	PRIMARY KEY (meter_id, after_seq)
);
ALTER TABLE meter_skipped ENABLE ROW LEVEL SECURITY;
ALTER TABLE meter_skipped FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON meter_skipped USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));

-- The partition of a month that events arrive of. They may be older than any that are counted.
CREATE FUNCTION adopt_usage_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
	IF NOT app_system() OR month <> date_trunc('month', month) THEN
		RAISE EXCEPTION 'no partition for month %', month USING ERRCODE = 'insufficient_privilege';
	END IF;
	PERFORM add_usage_month(month);
END $$;
