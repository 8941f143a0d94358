-- A customer's invoices with what they are narrowed and ordered by: those of a big customer within some dates are gathered
-- from the index alone and then sorted, where a walk by amount would meet them by chance only.
DROP INDEX invoice_customer;
CREATE INDEX invoice_customer ON invoice (organization_id, live, customer_id, created_at, id)
	INCLUDE (issue_rank, due_rank, total_rank, status);

-- As before, but stops as soon as there are as many matches as anybody wants.
CREATE OR REPLACE FUNCTION invoices_matching(query tsquery, cap integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	candidates_max CONSTANT integer := 5000;
	telling tsquery;
	found uuid[] := '{}';
	candidates integer := 0;
	candidate record;
BEGIN
	SELECT string_agg(word, ' & ')::tsquery INTO telling
	FROM regexp_split_to_table(query::text, ' & ') AS word WHERE NOT invoice_word_is_common(word::tsquery);
	IF telling <> query THEN
		FOR candidate IN EXECUTE 'SELECT invoice_id, words @@ $1 AS matches FROM invoice_text
			WHERE organization_id = app_organization() AND live = app_live() AND words @@ $2 LIMIT $3'
			USING query, telling, candidates_max + 1
		LOOP
			candidates := candidates + 1;
			IF candidate.matches THEN
				found := found || candidate.invoice_id;
			END IF;
			EXIT WHEN cardinality(found) >= cap;
		END LOOP;
		-- Either these are all, or more match than anybody wants.
		IF candidates <= candidates_max OR cardinality(found) >= cap THEN
			RETURN QUERY SELECT unnest(found);
			RETURN;
		END IF;
	END IF;
	RETURN QUERY EXECUTE 'SELECT invoice_id FROM invoice_text
		WHERE organization_id = app_organization() AND live = app_live() AND words @@ $1 LIMIT $2' USING query, cap;
END $$;
