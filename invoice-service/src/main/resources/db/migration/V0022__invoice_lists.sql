-- One index per sort, and per sort and status for every status but `paid`, which most invoices have: a page is read off
-- an index in order. docs/reference/invoice-list-plans.md has the plans and the figures.
CREATE INDEX invoice_created ON invoice (organization_id, live, created_at, id);
CREATE INDEX invoice_issued ON invoice (organization_id, live, issue_rank, id);
CREATE INDEX invoice_due ON invoice (organization_id, live, due_rank, id);
CREATE INDEX invoice_total ON invoice (organization_id, live, total_rank, id);
CREATE INDEX invoice_number ON invoice (organization_id, live, number_rank, id);
CREATE INDEX invoice_customer ON invoice (organization_id, live, customer_id, created_at, id);
CREATE INDEX invoice_status_created ON invoice (organization_id, live, status, created_at, id) WHERE status <> 'paid';
CREATE INDEX invoice_status_issued ON invoice (organization_id, live, status, issue_rank, id) WHERE status <> 'paid';
CREATE INDEX invoice_status_due ON invoice (organization_id, live, status, due_rank, id) WHERE status <> 'paid';
CREATE INDEX invoice_status_total ON invoice (organization_id, live, status, total_rank, id) WHERE status <> 'paid';
CREATE INDEX invoice_status_number ON invoice (organization_id, live, status, number_rank, id) WHERE status <> 'paid';

-- The words of an invoice. A policy would keep `@@` from ever using the index (it is not leakproof), so the look-up is
-- the one function below that runs as the owner and applies the tenant itself; hence ENABLE without FORCE.
CREATE TABLE invoice_text (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	invoice_id uuid NOT NULL,
	words tsvector NOT NULL,
	PRIMARY KEY (organization_id, live, invoice_id),
	FOREIGN KEY (organization_id, live, invoice_id) REFERENCES invoice ON DELETE CASCADE
);
CREATE INDEX invoice_text_words ON invoice_text USING gin (organization_id, live, words);
ALTER TABLE invoice_text ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invoice_text USING (organization_id = app_organization() AND live = app_live());

-- Lower case, without accents; numbers also without leading zeros, so that `42` finds `INV-000042`.
CREATE FUNCTION invoice_words(content text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT coalesce(array_agg(DISTINCT word), '{}') FROM (
	SELECT left(token, 64) AS word FROM regexp_split_to_table(lower(unaccent(content)), '[^[:alnum:]]+') AS token
	UNION ALL
	SELECT ltrim(left(token, 64), '0') FROM regexp_split_to_table(content, '[^[:alnum:]]+') AS token
		WHERE token ~ '^0+[1-9][0-9]*$'
) AS words WHERE word <> '');

-- Every word of the query begins a word of the invoice. Null where the query has no word.
CREATE FUNCTION invoice_query(content text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT string_agg(quote_literal(left(token, 64)) || ':*', ' & ')::tsquery
	FROM regexp_split_to_table(lower(unaccent(content)), '[^[:alnum:]]+') AS token WHERE token <> '');

-- The tenant's invoices that match, in no order, `cap` at the most. Planned anew each time: whether a word is rare or
-- common decides the plan.
CREATE FUNCTION invoices_matching(query tsquery, cap integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN QUERY EXECUTE 'SELECT invoice_id FROM invoice_text
		WHERE organization_id = app_organization() AND live = app_live() AND words @@ $1 LIMIT $2' USING query, cap;
END $$;
REVOKE ALL ON FUNCTION invoices_matching FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invoices_matching TO billwright_app;
