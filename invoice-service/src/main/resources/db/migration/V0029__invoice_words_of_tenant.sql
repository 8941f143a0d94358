-- Each word begins with its tenant, so that the words are an index's only column: with organization and mode as columns of
-- their own, every look-up read through all of the tenant's entries. What is common is then known for each tenant, too.

-- Should those of two tenants ever be equal, a look-up goes past the other's invoices: it still compares the tenants.
CREATE FUNCTION invoice_words_prefix(organization uuid, live boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(md5(organization::text || live), 8);

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
