-- The index has two slots. One answers searches; a rebuild fills the other from the topics, and a single update swaps
-- them. Whoever writes a document writes it to every slot that is not idle.
CREATE TABLE generation (
	slot smallint PRIMARY KEY CHECK (slot IN (0, 1)),
	state text NOT NULL CHECK (state IN ('active', 'building', 'idle')),
	documents bigint NOT NULL DEFAULT 0,
	started_at timestamptz,
	touched_at timestamptz,
	published_at timestamptz
);
CREATE UNIQUE INDEX generation_one_active ON generation (state) WHERE state = 'active';
CREATE UNIQUE INDEX generation_one_building ON generation (state) WHERE state = 'building';
INSERT INTO generation (slot, state, published_at) VALUES (0, 'active', now()), (1, 'idle', NULL);
ALTER TABLE generation ENABLE ROW LEVEL SECURITY;
ALTER TABLE generation FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON generation FOR SELECT USING (true);
CREATE POLICY rebuilding ON generation FOR UPDATE USING (app_system());

-- One thing that can be found. `lexemes` holds its folded words with weights and, beside them, marks that no word can
-- be mistaken for because they contain '=': key=... (what is found exactly), type=..., status=..., currency=...,
-- customer=... A filter can so be one more term of a query. Each lexeme begins with tenant_prefix(), so that a common
-- word of a large tenant costs a small one nothing.
-- A removed thing stays as a row without words, so that an older version that arrives late cannot bring it back.
CREATE TABLE document (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id text COLLATE "C" NOT NULL,
	slot smallint NOT NULL,
	version bigint NOT NULL,
	type text COLLATE "C" NOT NULL,
	title text NOT NULL,
	title_key text COLLATE "C" NOT NULL,
	subtitle text,
	status text,
	amount numeric,
	currency text,
	date date NOT NULL,
	lexemes tsvector NOT NULL,
	PRIMARY KEY (organization_id, live, id, slot)
) PARTITION BY LIST (slot);

-- The distinct words of a tenant that begin with a letter: where a prefix or a misspelt word is looked up.
CREATE TABLE word (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	word text COLLATE "C" NOT NULL,
	slot smallint NOT NULL,
	PRIMARY KEY (organization_id, live, word, slot)
) PARTITION BY LIST (slot);

-- Four characters that keep the lexemes of tenants apart in the index. Two tenants may have the same: that costs time,
-- not secrecy, as every statement also compares the tenant itself.
CREATE FUNCTION tenant_prefix() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN encode(substr(sha256(convert_to(app_organization()::text || app_live()::text, 'UTF8')), 1, 3), 'base64');

-- A lexeme of the current tenant as a literal for tsvector and tsquery.
CREATE FUNCTION lexeme(text text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN '''' || replace(replace(tenant_prefix() || text, '\', '\\'), '''', '''''') || '''';

-- The lexemes of a document of the current tenant, from an object of texts and their places ('1A,5B', or '' for none).
CREATE FUNCTION lexemes(places jsonb) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT coalesce(string_agg(lexeme(key) || CASE value WHEN '' THEN '' ELSE ':' || value END, ' '), '')::tsvector
	FROM jsonb_each_text(places));

CREATE INDEX document_date ON document (organization_id, live, type, date, id);
CREATE INDEX document_title ON document (organization_id, live, type, title_key);
-- A short pending list, as every search reads all of it.
CREATE INDEX document_lexemes ON document USING gin (lexemes) WITH (gin_pending_list_limit = 256);
CREATE INDEX word_similar ON word USING gin (organization_id, live, word gin_trgm_ops)
	WITH (gin_pending_list_limit = 256);

CREATE TABLE document_0 PARTITION OF document FOR VALUES IN (0);
CREATE TABLE document_1 PARTITION OF document FOR VALUES IN (1);
CREATE TABLE word_0 PARTITION OF word FOR VALUES IN (0);
CREATE TABLE word_1 PARTITION OF word FOR VALUES IN (1);

-- ENABLE without FORCE, here and nowhere else: behind a policy PostgreSQL uses no text index, as the operators are not
-- leakproof. search_documents therefore runs as the owner, whom the policy does not bind, and filters by itself. The
-- partitions have no policy: nobody but the owner gets anything from them directly.
ALTER TABLE document ENABLE ROW LEVEL SECURITY;
ALTER TABLE word ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_0 ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_1 ENABLE ROW LEVEL SECURITY;
ALTER TABLE word_0 ENABLE ROW LEVEL SECURITY;
ALTER TABLE word_1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON document USING (organization_id = app_organization() AND live = app_live());
CREATE POLICY tenant ON word USING (organization_id = app_organization() AND live = app_live());

-- Prepares the idle slot for a rebuild and tells which it is and when that was; NULL while another rebuild is alive, that is, has
-- reported progress within `stale_after`. Like the others it needs `app.system`, as the policy says.
CREATE FUNCTION begin_generation(stale_after interval, OUT chosen smallint, OUT started timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
BEGIN
	UPDATE generation SET state = 'building', documents = 0, started_at = clock_timestamp(),
		touched_at = clock_timestamp()
	WHERE state = 'idle' OR (state = 'building' AND touched_at < clock_timestamp() - stale_after)
	RETURNING slot, started_at INTO chosen, started;
	IF chosen IS NOT NULL THEN
		EXECUTE format('TRUNCATE document_%s, word_%s', chosen, chosen);
	END IF;
END $$;

-- Makes the slot that is being built the one that answers, unless it is no longer the one that `started` then.
CREATE FUNCTION publish_generation(built smallint, started timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM generation WHERE slot = built AND state = 'building' AND started_at = started FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE generation SET state = 'idle' WHERE state = 'active';
	UPDATE generation SET state = 'active', published_at = clock_timestamp() WHERE slot = built;
	RETURN true;
END $$;

-- Frees what an idle slot holds.
CREATE FUNCTION empty_generation() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
	chosen smallint;
BEGIN
	SELECT slot INTO chosen FROM generation WHERE state = 'idle' FOR UPDATE;
	IF FOUND THEN
		EXECUTE format('TRUNCATE document_%s, word_%s', chosen, chosen);
	END IF;
END $$;
