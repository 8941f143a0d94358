-- Each word begins with its tenant, so that the words are an index's only column: with organization and mode as columns of
-- their own, every look-up read through all of the tenant's entries. What is common is then known for each tenant, too.

-- Should those of two tenants ever be equal, a look-up goes past the other's invoices: it still compares the tenants.
CREATE FUNCTION invoice_words_prefix(organization uuid, live boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(encode(decode(md5(organization::text || live), 'hex'), 'base64'), 4);

-- As before, for the tenant of the transaction.
CREATE OR REPLACE FUNCTION invoice_words(content text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT coalesce(array_agg(DISTINCT invoice_words_prefix(app_organization(), app_live()) || word), '{}') FROM (
	SELECT left(token, 64) AS word FROM regexp_split_to_table(lower(unaccent(content)), '[^[:alnum:]]+') AS token
	UNION ALL
	SELECT ltrim(left(token, 64), '0') FROM regexp_split_to_table(content, '[^[:alnum:]]+') AS token
		WHERE token ~ '^0+[1-9][0-9]*$'
) AS words WHERE word <> '');

CREATE OR REPLACE FUNCTION invoice_query(content text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT string_agg(quote_literal(invoice_words_prefix(app_organization(), app_live()) || left(token, 64))
			|| CASE WHEN place = places THEN ':*' ELSE '' END, ' & ' ORDER BY place)::tsquery
	FROM (SELECT token, place, max(place) OVER () AS places
		FROM regexp_split_to_table(lower(unaccent(content)), '[^[:alnum:]]+') WITH ORDINALITY AS part (token, place)
		WHERE token <> '') AS words);

DROP INDEX invoice_text_words;
UPDATE invoice_text SET words = (SELECT array_to_tsvector(coalesce(
	array_agg(invoice_words_prefix(organization_id, live) || lexeme), '{}')) FROM unnest(words));
CREATE INDEX invoice_text_words ON invoice_text USING gin (words);

-- As before, but all at once: null where more than `most` match.
DROP FUNCTION invoices_matching;
CREATE FUNCTION invoices_matching(query tsquery, most integer) RETURNS uuid[]
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
			EXIT WHEN cardinality(found) > most;
		END LOOP;
	END IF;
	-- Not looked up yet, or there are more candidates than were looked at.
	IF candidates = 0 OR (candidates > candidates_max AND cardinality(found) <= most) THEN
		EXECUTE 'SELECT ARRAY(SELECT invoice_id FROM invoice_text
			WHERE organization_id = app_organization() AND live = app_live() AND words @@ $1 LIMIT $2)'
			INTO found USING query, most + 1;
	END IF;
	RETURN CASE WHEN cardinality(found) <= most THEN found END;
END $$;
REVOKE ALL ON FUNCTION invoices_matching FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invoices_matching TO billwright_app;
