-- As before, but the tenant is read once and not for every candidate, and what is found stays in the database as it is, in a
-- cursor that ends with the transaction: to write thousands of ids into a setting and to read them again took longer than to
-- find them. Tells how many there are; more than `most` are too many, and not all of them are there.
DROP FUNCTION invoices_matching;
CREATE FUNCTION find_invoices_matching(query tsquery, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	candidates_max CONSTANT integer := 10000;
	organization CONSTANT uuid := app_organization();
	mode CONSTANT boolean := app_live();
	telling tsquery;
	found uuid[] := '{}';
	candidates integer := 0;
	matches refcursor := 'invoices_matching';
BEGIN
	SELECT string_agg(word, ' & ')::tsquery INTO telling
	FROM regexp_split_to_table(query::text, ' & ') AS word WHERE NOT invoice_word_is_common(word::tsquery);
	IF telling <> query THEN
		EXECUTE 'SELECT coalesce(array_agg(invoice_id) FILTER (WHERE words @@ $1), ''{}''), count(*)
			FROM (SELECT invoice_id, words FROM invoice_text
				WHERE organization_id = $3 AND live = $4 AND words @@ $2 LIMIT $5) AS candidate'
			INTO found, candidates USING query, telling, organization, mode, candidates_max + 1;
	END IF;
	-- Not looked up yet, or there are more candidates than were looked at.
	IF candidates = 0 OR (candidates > candidates_max AND cardinality(found) <= most) THEN
		EXECUTE 'SELECT ARRAY(SELECT invoice_id FROM invoice_text
			WHERE organization_id = $2 AND live = $3 AND words @@ $1 LIMIT $4)'
			INTO found USING query, organization, mode, most + 1;
	END IF;
	IF EXISTS (SELECT FROM pg_cursors WHERE name = 'invoices_matching') THEN
		CLOSE matches;
	END IF;
	OPEN matches SCROLL FOR SELECT found;
	RETURN cardinality(found);
END $$;

-- What was found last within this transaction.
CREATE FUNCTION invoices_matching() RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
	matches refcursor := 'invoices_matching';
	found uuid[];
BEGIN
	FETCH FIRST FROM matches INTO found;
	RETURN found;
END $$;

REVOKE ALL ON FUNCTION find_invoices_matching FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_invoices_matching TO billwright_app;
