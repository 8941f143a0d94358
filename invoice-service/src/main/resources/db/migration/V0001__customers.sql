-- The form of a text in which it is looked for: without accents and case. The dictionary is named, because unaccent
-- with one argument depends on the search path and could not be called immutable.
CREATE FUNCTION searchable(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, value));

CREATE TABLE customer (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	external_id text,
	name text NOT NULL,
	email text,
	phone text,
	billing_address jsonb,
	shipping_address jsonb,
	tax_ids jsonb NOT NULL,
	currency text NOT NULL,
	time_zone text NOT NULL,
	payment_terms_days integer NOT NULL,
	metadata jsonb NOT NULL,
	archived_at timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	country text GENERATED ALWAYS AS (billing_address ->> 'country') STORED,
	-- Short enough for an index entry and a cursor; the id decides between equals.
	sort_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(searchable(name), 80)) STORED,
	search_text text NOT NULL GENERATED ALWAYS AS (
		searchable(name || ' ' || coalesce(email, '') || ' ' || coalesce(external_id, ''))) STORED,
	PRIMARY KEY (organization_id, live, id),
	UNIQUE (organization_id, live, external_id)
);
CREATE INDEX customer_created_at ON customer (organization_id, live, created_at, id);
CREATE INDEX customer_sort_name ON customer (organization_id, live, sort_name, id);
CREATE INDEX customer_search_text ON customer USING gin (organization_id, live, search_text gin_trgm_ops);

-- Not forced: customers_matching below runs as the owner. The application is not the owner, so the policy holds for it.
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON customer USING (organization_id = app_organization() AND live = app_live());

-- The newest of the tenant's customers whose name, e-mail address or external id contains a text. Row-level security
-- keeps operators that are not leakproof, such as LIKE, from using an index; this function runs as the owner and
-- restricts itself to the tenant. It is the only way around the policy.
CREATE FUNCTION customers_matching(query text, matches_max integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
	SELECT id
	FROM customer
	WHERE organization_id = app_organization() AND live = app_live()
		AND search_text LIKE '%' || regexp_replace(searchable(query), '([\\%_])', '\\\1', 'g') || '%'
	ORDER BY created_at DESC
	LIMIT matches_max;
END;
