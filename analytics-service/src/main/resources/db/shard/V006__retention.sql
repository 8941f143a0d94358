-- Retention (decision 13): the events of a month of acceptance can be archived outside and dropped here, and come back. A month
-- that has no row is here and takes what comes.
CREATE TABLE usage_month (
	month date PRIMARY KEY,
	state text NOT NULL CHECK (state IN ('archiving', 'archived', 'restored', 'dropped')),
	-- Who works on it; whoever did before has no say any more.
	attempt uuid NOT NULL,
	since timestamptz NOT NULL DEFAULT now(),
	archive text,
	events bigint,
	bytes bigint,
	digest text,
	-- Whether a restored month is another one than its archive.
	changed boolean NOT NULL DEFAULT false,
	kept_until timestamptz
);

-- What there is to miss: where a month is archived, nobody needs its events whose customer, metric and time have no row here.
CREATE TABLE usage_archived (
	organization_id uuid NOT NULL,
	live boolean NOT NULL,
	customer_id uuid NOT NULL,
	metric text COLLATE "C" NOT NULL,
	month date NOT NULL,
	events bigint NOT NULL,
	first_at timestamptz NOT NULL,
	last_at timestamptz NOT NULL,
	PRIMARY KEY (customer_id, metric, month, organization_id, live)
);
CREATE INDEX usage_archived_month ON usage_archived (month);

-- Months whose events were archived when a meter was made: it has never counted them.
CREATE TABLE meter_gap (
	meter_id uuid NOT NULL,
	month date NOT NULL,
	organization_id uuid NOT NULL,
	live boolean NOT NULL,
	PRIMARY KEY (meter_id, month)
);

-- Not forced: the functions below note for tenants that a month has changed.
ALTER TABLE usage_month ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON usage_month FOR SELECT USING (true);
CREATE POLICY archiving ON usage_month USING ((SELECT app_system()));
ALTER TABLE usage_archived ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_archived FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_archived FOR SELECT
	USING (organization_id = (SELECT app_organization()) AND live = (SELECT app_live()));
CREATE POLICY archiving ON usage_archived USING ((SELECT app_system()));
ALTER TABLE meter_gap ENABLE ROW LEVEL SECURITY;
ALTER TABLE meter_gap FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON meter_gap FOR SELECT
	USING (organization_id = (SELECT app_organization()) AND live = (SELECT app_live()));
CREATE POLICY counting ON meter_gap USING ((SELECT app_system()));

-- The partition of a month, for those below who may ask for it; a month which was fenced gets no events any more.
CREATE FUNCTION add_usage_month(month date) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
	name text := 'usage_event_' || to_char(month, 'YYYY_MM');
BEGIN
	IF EXISTS (SELECT FROM usage_month AS known WHERE known.month = add_usage_month.month) THEN
		RAISE EXCEPTION 'usage of % takes nothing in', to_char(month, 'YYYY-MM') USING ERRCODE = '23U01';
	END IF;
	IF to_regclass(name) IS NULL THEN
		PERFORM pg_advisory_xact_lock(hashtext('ensure_usage_month'));
		EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF usage_event FOR VALUES FROM (%L) TO (%L)', name, month,
			(month + interval '1 month')::date);
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
		EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
	END IF;
END $$;

-- As before, but for fenced months.
CREATE OR REPLACE FUNCTION ensure_usage_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
	IF month <> date_trunc('month', month) OR month NOT BETWEEN now() - interval '4 months' AND now() + interval '2 months' THEN
		RAISE EXCEPTION 'no partition for month %', month USING ERRCODE = 'datetime_field_overflow';
	END IF;
	PERFORM add_usage_month(month);
END $$;

-- On every month that is fenced: 23U01 is told to clients as usage_archived, and sends late events to the dead letters.
CREATE FUNCTION guard_usage_month() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
	IF TG_OP = 'INSERT'
		OR NOT EXISTS (SELECT FROM usage_month WHERE month = TG_ARGV[0]::date AND state = 'restored') THEN
		RAISE EXCEPTION 'usage of % takes no change', to_char(TG_ARGV[0]::date, 'YYYY-MM') USING ERRCODE = '23U01';
	END IF;
	UPDATE usage_month SET changed = true WHERE month = TG_ARGV[0]::date AND NOT changed;
	IF TG_OP = 'DELETE' THEN
		RETURN OLD;
	END IF;
	RETURN NEW;
END $$;

-- Whoever calls one of the functions below works above tenants, on a month which is over for so long that no event can come
-- for it and none of its keys is asked for.
CREATE FUNCTION require_settled_month(month date) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
	IF NOT app_system() THEN
		RAISE EXCEPTION 'not for tenants' USING ERRCODE = 'insufficient_privilege';
	END IF;
	IF month <> date_trunc('month', month)
		OR month >= date_trunc('month', now() AT TIME ZONE 'UTC') - interval '2 months' THEN
		RAISE EXCEPTION 'month % is not over for two months', month USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
END $$;

-- From here on nobody changes the events of the month. Batches and corrections are before it or after it.
CREATE FUNCTION fence_usage_month(wanted date, by uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
	name text := 'usage_event_' || to_char(wanted, 'YYYY_MM');
BEGIN
	PERFORM require_settled_month(wanted);
	PERFORM FROM rollup_watermark FOR UPDATE;
	IF to_regclass(name) IS NULL THEN
		RAISE EXCEPTION 'no events of month % are here', wanted USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	INSERT INTO usage_month AS known (month, state, attempt) VALUES (wanted, 'archiving', by)
	ON CONFLICT (month) DO UPDATE SET state = 'archiving', attempt = by, changed = false, kept_until = NULL,
		since = CASE known.state WHEN 'archiving' THEN known.since ELSE now() END,
		archive = CASE known.state WHEN 'archiving' THEN known.archive END;
	IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = name::regclass AND tgname = 'guard') THEN
		EXECUTE format('CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION '
			'guard_usage_month(%L)', name, wanted);
	END IF;
END $$;

-- Drops the events of a fenced month whose archive was verified, or of a restored one that is as its archive.
--
-- unarchived: whether they may be gone for ever.
CREATE FUNCTION drop_usage_month(wanted date, by uuid, unarchived boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
	kept usage_month;
BEGIN
	PERFORM require_settled_month(wanted);
	-- A meter is made before or after: what it does not find is noted.
	PERFORM FROM rollup_watermark FOR SHARE;
	LOCK TABLE usage_event IN ACCESS EXCLUSIVE MODE;
	SELECT * INTO kept FROM usage_month WHERE month = wanted FOR UPDATE;
	IF kept.state IS NULL OR NOT ((kept.state = 'archiving' AND kept.attempt = by AND kept.events IS NOT NULL
			AND (kept.archive IS NOT NULL OR unarchived)) OR (kept.state = 'restored' AND NOT kept.changed)) THEN
		RAISE EXCEPTION 'month % is not archived', wanted USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	IF kept.events <> (SELECT coalesce(sum(events), 0) FROM usage_archived WHERE month = wanted) THEN
		RAISE EXCEPTION 'the events of month % are not described', wanted USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	IF EXISTS (SELECT FROM meter_activation AS meter JOIN usage_archived AS gone
			ON gone.organization_id = meter.organization_id AND gone.live = meter.live AND gone.metric = meter.event_name
			WHERE meter.archived_at IS NULL AND meter.backfilled_seq < meter.cut_seq AND gone.month = wanted) THEN
		RAISE EXCEPTION 'a meter still counts the events of month %', wanted USING ERRCODE = 'object_in_use';
	END IF;
	EXECUTE format('DROP TABLE %I', 'usage_event_' || to_char(wanted, 'YYYY_MM'));
	UPDATE usage_month SET state = CASE WHEN archive IS NULL THEN 'dropped' ELSE 'archived' END, since = now(),
		kept_until = NULL
	WHERE month = wanted;
END $$;

-- A place for the events of an archived month, which nobody reads until it is attached.
CREATE FUNCTION begin_usage_restore(wanted date, by uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
	name text := 'usage_restore_' || to_char(wanted, 'YYYY_MM');
BEGIN
	PERFORM require_settled_month(wanted);
	UPDATE usage_month SET attempt = by WHERE month = wanted AND state = 'archived';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'month % is not archived', wanted USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	EXECUTE format('DROP TABLE IF EXISTS %I', name);
	EXECUTE format('CREATE TABLE %I (LIKE usage_event INCLUDING ALL, CHECK (accepted_month >= %L AND accepted_month < %L))',
		name, wanted, (wanted + interval '1 month')::date);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
END $$;

CREATE FUNCTION require_usage_restore(wanted date, by uuid) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM require_settled_month(wanted);
	PERFORM FROM usage_month WHERE month = wanted AND state = 'archived' AND attempt = by FOR SHARE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'somebody else restores month %', wanted USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
END $$;

-- Puts lines of an archive in, by their sequence numbers, and fails unless each row is to the letter what its line says.
CREATE FUNCTION fill_usage_restore(wanted date, by uuid, lines text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
	given text;
	put text;
	rows bigint;
BEGIN
	PERFORM require_usage_restore(wanted, by);
	SELECT string_agg(json_strip_nulls(line::json)::text, E'\n' ORDER BY at) INTO given
	FROM string_to_table(lines, E'\n') WITH ORDINALITY AS each (line, at);
	EXECUTE format('WITH put AS (INSERT INTO %I SELECT event.* FROM string_to_table($1, E''\n'') AS line,
		LATERAL json_populate_record(NULL::usage_event, line::json) AS event RETURNING *)
		SELECT count(*), string_agg(json_strip_nulls(row_to_json(put))::text, E''\n'' ORDER BY seq) FROM put',
		'usage_restore_' || to_char(wanted, 'YYYY_MM')) INTO rows, put USING lines;
	IF put IS DISTINCT FROM given THEN
		RAISE EXCEPTION 'rows of month % are not what the archive says', wanted USING ERRCODE = 'data_corrupted';
	END IF;
	RETURN rows;
END $$;

-- Makes what was put in ready to be read.
CREATE FUNCTION finish_usage_restore(wanted date, by uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
	name text := 'usage_restore_' || to_char(wanted, 'YYYY_MM');
	rows bigint;
BEGIN
	PERFORM require_usage_restore(wanted, by);
	EXECUTE format('SELECT count(*) FROM %I', name) INTO rows;
	IF rows <> (SELECT events FROM usage_month WHERE month = wanted) THEN
		RAISE EXCEPTION 'month % has % events', wanted, rows USING ERRCODE = 'data_corrupted';
	END IF;
	PERFORM brin_summarize_new_values(indexrelid) FROM pg_index
		JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
		WHERE indrelid = name::regclass AND amname = 'brin';
	EXECUTE format('ANALYZE %I', name);
END $$;

-- Lets everybody read a restored month, in one step.
CREATE FUNCTION attach_usage_restore(wanted date, by uuid, until timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
	name text := 'usage_event_' || to_char(wanted, 'YYYY_MM');
BEGIN
	-- Who reads finds all of it or none: a reader keeps its lock until its transaction ends.
	LOCK TABLE usage_event IN ACCESS EXCLUSIVE MODE;
	PERFORM require_usage_restore(wanted, by);
	EXECUTE format('ALTER TABLE %I RENAME TO %I', 'usage_restore_' || to_char(wanted, 'YYYY_MM'), name);
	EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
	EXECUTE format('ALTER TABLE usage_event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, wanted,
		(wanted + interval '1 month')::date);
	EXECUTE format('CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION '
		'guard_usage_month(%L)', name, wanted);
	UPDATE usage_month SET state = 'restored', since = now(), changed = false, kept_until = until WHERE month = wanted;
END $$;
