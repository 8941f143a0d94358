-- Looks words up by those that tell invoices apart. A word that most invoices have ("gmbh") says nothing, but reading its
-- matches off the index costs as much as there are invoices; the statistics of the column know such words.

-- Whether more than one in twenty invoices has a word that begins like this one, as far as the statistics tell.
CREATE FUNCTION invoice_word_is_common(word tsquery) RETURNS boolean LANGUAGE sql STABLE
RETURN (SELECT coalesce(max(frequency), 0) > 0.05
	FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (lexeme, frequency)
	WHERE tablename = 'invoice_text' AND attname = 'words' AND lexeme IS NOT NULL
		AND array_to_tsvector(ARRAY[lexeme]) @@ word);

CREATE OR REPLACE FUNCTION invoices_matching(query tsquery, cap integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	candidates_max CONSTANT integer := 5000;
	telling tsquery;
	found uuid[];
	candidates integer;
BEGIN
	SELECT string_agg(word, ' & ')::tsquery INTO telling
	FROM regexp_split_to_table(query::text, ' & ') AS word WHERE NOT invoice_word_is_common(word::tsquery);
	IF telling <> query THEN
		EXECUTE 'SELECT array_agg(invoice_id) FILTER (WHERE words @@ $1), count(*)
			FROM (SELECT invoice_id, words FROM invoice_text
				WHERE organization_id = app_organization() AND live = app_live() AND words @@ $2 LIMIT $3) AS candidate'
			INTO found, candidates USING query, telling, candidates_max + 1;
		-- Either these are all, or more match than anybody wants.
		IF candidates <= candidates_max OR cardinality(found) >= cap THEN
			RETURN QUERY SELECT unnest(found) LIMIT cap;
			RETURN;
		END IF;
	END IF;
	RETURN QUERY EXECUTE 'SELECT invoice_id FROM invoice_text
		WHERE organization_id = app_organization() AND live = app_live() AND words @@ $1 LIMIT $2' USING query, cap;
END $$;
