-- 'a' | 'b' of marks like name=value; NULL for no values.
CREATE FUNCTION any_of(name text, given text[]) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT string_agg(lexeme(name || '=' || value), ' | ')::tsquery FROM unnest(given) value);

-- All of the words, the last of them as a prefix if `open`; NULL for no words.
CREATE FUNCTION all_of(words text[], open boolean) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT string_agg(lexeme(word) || CASE WHEN open AND place = cardinality(words) THEN ':*' ELSE '' END,
	' & ')::tsquery FROM unnest(words) WITH ORDINALITY AS listed (word, place));

-- Both; NULL demands nothing.
CREATE FUNCTION both_of(one tsquery, other tsquery) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(one && other, one, other);

-- The words of the tenant that begin so, or the prefix itself where they are many or begin with a digit; NULL where it is
-- too short for the index, which would have to collect most of the tenant.
CREATE FUNCTION beginning_with(term text, in_slot smallint) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT CASE
		WHEN count(*) BETWEEN 1 AND 20 THEN '(' || string_agg(lexeme(word), ' | ') || ')'
		WHEN length(term) >= 3 THEN lexeme(term) || ':*' END
	FROM (SELECT word FROM word WHERE organization_id = app_organization() AND live = app_live() AND slot = in_slot
		AND word >= term AND word < term || U&'\+10FFFF' LIMIT 21) few
$$;

-- All of the words or words that are spelt alike, the last one as a prefix as well: `query` as it is meant, `indexed` as
-- the index is asked, a superset. `matched` lists all words.
CREATE FUNCTION alike(terms text[], in_slot smallint, OUT query tsquery, OUT indexed tsquery, OUT matched text[])
LANGUAGE sql STABLE AS $$
	WITH spelling AS (
		SELECT place, term, place = cardinality(terms) AS is_last, (
			SELECT array_agg(word) FROM (
				SELECT w.word FROM word w
				WHERE w.organization_id = app_organization() AND w.live = app_live() AND w.slot = in_slot
					AND length(term) >= 4 AND w.word % term AND similarity(w.word, term) >= 0.35
				ORDER BY similarity(w.word, term) DESC, w.word LIMIT 5) best) AS words
		FROM unnest(terms) WITH ORDINALITY AS listed (term, place)
	), literal AS (
		SELECT place, (SELECT string_agg(lexeme(word), ' | ') FROM unnest(words) word) AS close,
			lexeme(term) || CASE WHEN is_last THEN ':*' ELSE '' END AS meant,
			CASE WHEN is_last THEN beginning_with(term, in_slot) ELSE lexeme(term) END AS asked
		FROM spelling
	)
	SELECT string_agg('(' || concat_ws(' | ', close, meant) || ')', ' & ' ORDER BY place)::tsquery,
		string_agg('(' || concat_ws(' | ', close, asked) || ')', ' & ' ORDER BY place)
			FILTER (WHERE asked IS NOT NULL)::tsquery,
		(SELECT array_agg(word) FROM spelling CROSS JOIN unnest(words || term) word)
	FROM literal
$$;

-- What is kept of a candidate until the page is known.
CREATE TYPE hit AS (id text, tier integer, score integer, date date, type text, status text, currency text);

CREATE FUNCTION hit_of(d document, exact tsquery, whole text, words tsquery, ranked tsquery) RETURNS hit
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ROW(d.id, CASE
		WHEN d.lexemes @@ exact OR d.title_key = whole THEN 4
		WHEN starts_with(d.title_key, whole) THEN 3
		WHEN d.lexemes @@ words THEN 2
		ELSE 1 END, coalesce(round(ts_rank('{0.1, 0.2, 0.5, 1.0}', d.lexemes, ranked) * 1000), 0), d.date, d.type, d.status,
	d.currency)::hit;

-- The one door to the index. It runs as the owner (see V001), so every statement in it names the tenant itself.
--
-- Candidates come from five sources, each with a limit, so that a hot tenant's one-letter query costs no more than
-- anyone's: exact keys; titles that begin so and the newest documents, for each type; the full-text index; and, where all
-- that found next to nothing, words that are spelt alike. The newest documents are a sample, too: where many of them
-- match, the full-text index is not asked, as it would have to collect a good part of the tenant before the first row;
-- and the filters are put to the index only where few of them pass.
--
-- The plans are generic, as planning would take longer than running; `OFFSET 0` keeps them from collecting the rows of
-- the tenant besides those of the words.
--
-- In: `terms`, the folded words asked for; `whole`, the same as one text; `given_key`, the same as a key; the filters,
-- NULL for any; the place after which the page begins, NULL for the first.
-- Out: `hits`, a page by tier (4 exact, 3 prefix, 2 words, 1 alike), score, date and id, all descending; `facets`,
-- counts over the candidates; `complete`, whether every match was a candidate; `matched`, the words to highlight.
CREATE FUNCTION search_documents(terms text[], whole text, given_key text, types text[], statuses text[],
	currencies text[], customers text[], date_from date, date_to date, amount_from numeric, amount_to numeric,
	after_tier integer, after_score integer, after_date date, after_id text, page_limit integer,
	OUT hits jsonb, OUT facets jsonb, OUT complete boolean, OUT matched text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	all_types CONSTANT text[] := ARRAY['customer', 'invoice', 'price', 'product', 'user'];
	exact_limit CONSTANT integer := 100;
	title_limit CONSTANT integer := 50;
	newest_limit CONSTANT integer := 300;
	many CONSTANT integer := 60;
	inspected_limit CONSTANT integer := 1000;
	few CONSTANT integer := 5;

	org CONSTANT uuid := app_organization();
	mode CONSTANT boolean := app_live();
	first_date CONSTANT date := coalesce(date_from, '-infinity');
	last_date CONSTANT date := coalesce(date_to, 'infinity');
	least_amount CONSTANT numeric := coalesce(amount_from, '-infinity');
	most_amount CONSTANT numeric := coalesce(amount_to, 'infinity');
	any_amount CONSTANT boolean := amount_from IS NULL AND amount_to IS NULL;

	scope CONSTANT tsquery := both_of(both_of(any_of('type', types), any_of('status', statuses)),
		both_of(any_of('currency', currencies), any_of('customer', customers)));
	words CONSTANT tsquery := all_of(terms, true);
	exact CONSTANT tsquery := both_of(any_of('key', ARRAY[given_key]), scope);
	sought tsquery := words;
	wanted tsquery := both_of(words, scope);
	indexed tsquery;
	corrected boolean := false;
	active smallint;
	candidates hit[];
	found hit[];
	passing integer;
BEGIN
	matched := terms;
	complete := true;
	SELECT slot INTO active FROM generation WHERE state = 'active';

	SELECT array_agg(hit_of(d, exact, whole, words, words)) INTO candidates FROM (
		SELECT * FROM (SELECT * FROM document WHERE slot = active AND lexemes @@ exact OFFSET 0) indexed
		WHERE organization_id = org AND live = mode AND date BETWEEN first_date AND last_date
			AND (any_amount OR amount BETWEEN least_amount AND most_amount)
		LIMIT exact_limit) d;

	IF words IS NOT NULL THEN
		SELECT candidates || array_agg(hit_of(d, exact, whole, words, words)) INTO candidates
		FROM unnest(coalesce(types, all_types)) asked CROSS JOIN LATERAL (
			(SELECT * FROM document
				WHERE organization_id = org AND live = mode AND slot = active AND type = asked AND asked <> 'invoice'
					AND title_key >= whole AND title_key < whole || U&'\+10FFFF'
				ORDER BY title_key LIMIT title_limit)
			UNION ALL
			(SELECT * FROM document
				WHERE organization_id = org AND live = mode AND slot = active AND type = asked AND asked = 'invoice'
					AND title_key >= whole AND title_key < whole || U&'\+10FFFF'
				ORDER BY title_key DESC LIMIT title_limit)) d
		WHERE (scope IS NULL OR lexemes @@ scope) AND date BETWEEN first_date AND last_date
			AND (any_amount OR amount BETWEEN least_amount AND most_amount);

		indexed := both_of(all_of(trim_array(terms, 1), false),
			beginning_with(terms[cardinality(terms)], active)::tsquery);
		LOOP
			SELECT count(*) < newest_limit, count(*) FILTER (WHERE scope IS NULL OR lexemes @@ scope),
				array_agg(hit_of(d, exact, whole, words, sought)) FILTER (WHERE lexemes @@ wanted
					AND (any_amount OR amount BETWEEN least_amount AND most_amount))
			INTO complete, passing, found FROM unnest(coalesce(types, all_types)) asked CROSS JOIN LATERAL (
				SELECT * FROM document
				WHERE organization_id = org AND live = mode AND slot = active AND type = asked
					AND date BETWEEN first_date AND last_date
				ORDER BY date DESC, id DESC LIMIT newest_limit) d;
			candidates := candidates || found;

			IF NOT complete AND indexed IS NOT NULL AND coalesce(cardinality(found), 0) < many THEN
				IF passing < many THEN
					indexed := both_of(indexed, scope);
				END IF;
				SELECT count(*) < inspected_limit, array_agg(hit_of(d, exact, whole, words, sought))
					FILTER (WHERE lexemes @@ wanted AND date BETWEEN first_date AND last_date
						AND (any_amount OR amount BETWEEN least_amount AND most_amount))
				INTO complete, found FROM (
					SELECT * FROM (SELECT * FROM document WHERE slot = active AND lexemes @@ indexed OFFSET 0) indexed
					WHERE organization_id = org AND live = mode LIMIT inspected_limit) d;
				candidates := candidates || found;
			END IF;

			EXIT WHEN corrected OR coalesce(cardinality(candidates), 0) >= few;
			SELECT a.query, a.indexed, a.matched INTO sought, indexed, matched FROM alike(terms, active) a;
			EXIT WHEN sought = words;
			corrected := true;
			wanted := both_of(sought, scope);
		END LOOP;
	END IF;

	WITH ranked AS MATERIALIZED (
		SELECT DISTINCT ON (id) candidate.* FROM unnest(candidates) candidate ORDER BY id, tier DESC, score DESC
	), page AS (
		SELECT * FROM ranked
		WHERE after_id IS NULL OR (tier, score, date, id) < (after_tier, after_score, after_date, after_id)
		ORDER BY tier DESC, score DESC, date DESC, id DESC LIMIT page_limit
	), facet AS (
		SELECT name, value, count(*) AS times
		FROM ranked CROSS JOIN LATERAL (VALUES ('type', type), ('status', status), ('currency', currency))
			AS faceted (name, value)
		WHERE value IS NOT NULL GROUP BY name, value
	)
	SELECT (SELECT coalesce(jsonb_agg(jsonb_build_object('type', page.type, 'id', id, 'title', title,
			'subtitle', subtitle, 'status', page.status, 'amount', amount::text, 'currency', page.currency,
			'date', page.date, 'tier', tier, 'score', score)
			ORDER BY tier DESC, score DESC, page.date DESC, id DESC), '[]')
			FROM page JOIN document USING (id) WHERE organization_id = org AND live = mode AND slot = active),
		(SELECT coalesce(jsonb_object_agg(name, counts), '{}') FROM (
			SELECT name, jsonb_object_agg(value, times) AS counts FROM facet GROUP BY name) named)
	INTO hits, facets;
END $$;

REVOKE EXECUTE ON FUNCTION search_documents FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_documents TO billwright_app;
