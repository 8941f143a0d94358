-- A query is read as it is typed: its last word may be the beginning of one, those before it are whole. "customer 12 g" does
-- not mean customer 1200, and few invoices are left to look at. Null where the query has no word.
CREATE OR REPLACE FUNCTION invoice_query(content text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT string_agg(quote_literal(left(token, 64)) || CASE WHEN place = places THEN ':*' ELSE '' END, ' & '
		ORDER BY place)::tsquery
	FROM (SELECT token, place, max(place) OVER () AS places
		FROM regexp_split_to_table(lower(unaccent(content)), '[^[:alnum:]]+') WITH ORDINALITY AS part (token, place)
		WHERE token <> '') AS words);

-- As before, but goes through more of those that may match: gathering them is faster than to meet them on the way as long as
-- there are not more than some thousands.
CREATE OR REPLACE FUNCTION invoices_matching(query tsquery, cap integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	candidates_max CONSTANT integer := 10000;
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
