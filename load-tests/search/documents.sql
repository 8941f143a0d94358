-- Documents of one hot tenant and of neighbours, in the form the service writes, repeatable from the seed.
-- In: the custom settings bench.documents (of the hot tenant) and bench.neighbours (tenants of 2,000 documents each).
SELECT setseed(0.42);

CREATE TEMPORARY TABLE vocabulary AS SELECT
	string_to_array('acme north baltic alpine river stone bright silver golden green urban prime nova delta orion lumen vertex atlas summit harbor cedar maple falcon raven willow amber cobalt indigo crimson ivory jade onyx pearl ruby topaz zenith apex pinnacle horizon meridian quantum stellar cosmic solar lunar polar arctic pacific nordic iberian', ' ') AS first,
	string_to_array('logistics foods energy media robotics textiles bakery consulting software marine optics medical timber glass paper steel trading systems studios partners works labs motors aviation travel books music design security finance', ' ') AS second,
	string_to_array('gmbh ag ltd inc sarl bv spa oy ab llc', ' ') AS form,
	string_to_array('monthly subscription support hours consulting workshop hosting storage backup licence training travel expenses implementation maintenance analysis report design review audit migration integration monitoring traffic seats premium basic annual setup delivery', ' ') AS work;

CREATE FUNCTION pg_temp.any_word(words text[]) RETURNS text LANGUAGE sql VOLATILE
RETURN words[1 + floor(random() * cardinality(words))::integer];

-- Syllables make as many distinct surnames as a real list of customers has.
CREATE FUNCTION pg_temp.surname(number bigint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (SELECT string_agg((string_to_array('ba be bo da de do fa fe ka ke ko la le lo ma me mo na ne no ra re ro sa se so ta te to va', ' '))
	[1 + (number * 7919 / (30 ^ place)::bigint) % 30], '') FROM generate_series(0, 2) place) || 'n';

-- Words with weights as the service writes them; the marks come without places.
CREATE FUNCTION pg_temp.places(type text, keys text[], status text, currency text, customer text, title text,
	subtitle text, body text) RETURNS jsonb LANGUAGE sql IMMUTABLE
RETURN (SELECT jsonb_object_agg(word, place) FROM (
		SELECT word, string_agg(place || weight, ',') AS place
		FROM unnest(string_to_array(title, ' ') || string_to_array(subtitle, ' ') || string_to_array(body, ' '))
			WITH ORDINALITY AS listed (word, place)
		CROSS JOIN LATERAL (SELECT CASE WHEN place <= cardinality(string_to_array(title, ' ')) THEN 'A' ELSE 'B' END)
			AS weighted (weight)
		WHERE word <> '' GROUP BY word
		UNION ALL SELECT mark, '' FROM unnest(array_remove(ARRAY['type=' || type, 'status=' || status,
			'currency=' || currency, 'customer=' || customer], NULL)) mark
		UNION ALL SELECT 'key=' || key, '' FROM unnest(keys) key) all_places);

CREATE FUNCTION pg_temp.id(prefix text, tenant integer, number bigint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN prefix || '_01k' || lpad(to_hex(number), 15, '0') || lpad(to_hex(tenant), 8, '0');

CREATE FUNCTION pg_temp.fill(tenant_number integer, documents integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	organization uuid := ('00000000-0000-7000-8000-' || lpad(to_hex(tenant_number), 12, '0'))::uuid;
	customers integer := greatest(documents / 12, 10);
	products integer := greatest(documents / 60, 5);
	users integer := least(greatest(documents / 200, 3), 500);
BEGIN
	PERFORM set_config('app.organization_id', organization::text, false);
	CREATE TEMPORARY TABLE company AS
		SELECT number, pg_temp.id('cus', tenant_number, number) AS id,
			pg_temp.any_word(first) || ' ' || pg_temp.surname(number) || ' ' || pg_temp.any_word(second) || ' '
				|| pg_temp.any_word(form) AS name,
			(ARRAY['EUR', 'USD', 'CHF', 'JPY'])[1 + number % 4] AS currency
		FROM generate_series(1, customers) number, vocabulary;
	INSERT INTO document (organization_id, live, id, slot, version, type, title, title_key, subtitle, status, currency,
		date, lexemes)
	SELECT organization, true, id, 0, 1, 'customer', initcap(name), name, 'billing@' || split_part(name, ' ', 2) || '.example',
		CASE WHEN number % 20 = 0 THEN 'archived' ELSE 'active' END, currency,
		date '2025-06-01' + (number % 500)::integer,
		lexemes(pg_temp.places('customer', ARRAY[id, 'crm-' || number], 'active', currency, NULL, name,
			'billing ' || split_part(name, ' ', 2) || ' example', 'hauptstrasse ' || number % 200 || ' berlin 10115'))
	FROM company;
	INSERT INTO document (organization_id, live, id, slot, version, type, title, title_key, subtitle, status, amount,
		currency, date, lexemes)
	SELECT organization, true, pg_temp.id('inv', tenant_number, serial), 0, 3, 'invoice',
		'INV-2026-' || lpad(serial::text, 7, '0'), 'inv 2026 ' || lpad(serial::text, 7, '0'), initcap(company.name),
		status, (random() * 10000)::numeric(12, 2), company.currency, date '2025-05-01' + (serial * 560 / documents)::integer,
		lexemes(pg_temp.places('invoice',
			ARRAY[pg_temp.id('inv', tenant_number, serial), 'inv-2026-' || lpad(serial::text, 7, '0')], status,
			company.currency, company.id, 'inv 2026 ' || lpad(serial::text, 7, '0'), company.name,
			pg_temp.any_word(work) || ' ' || pg_temp.any_word(work) || ' ' || pg_temp.any_word(work) || ' '
				|| pg_temp.any_word(second) || ' ' || serial % 977))
	FROM (SELECT ordinal::bigint AS serial, (ARRAY['paid', 'paid', 'paid', 'open', 'draft', 'void', 'partially_paid'])
				[1 + ordinal % 7] AS status, 1 + (ordinal::bigint * 7919) % customers AS buyer
			FROM generate_series(1, documents - customers - products - users) ordinal) numbered
		JOIN company ON company.number = buyer, vocabulary;
	INSERT INTO document (organization_id, live, id, slot, version, type, title, title_key, subtitle, status, date,
		lexemes)
	SELECT organization, true, pg_temp.id('prd', tenant_number, number), 0, 1, 'product', initcap(name), name, NULL, 'active',
		date '2025-05-01', lexemes(pg_temp.places('product', ARRAY[pg_temp.id('prd', tenant_number, number)],
			'active', NULL, NULL, name, NULL, NULL))
	FROM (SELECT number, pg_temp.any_word(work) || ' ' || pg_temp.any_word(work) || ' ' || number AS name
		FROM generate_series(1, products) number, vocabulary) named;
	INSERT INTO document (organization_id, live, id, slot, version, type, title, title_key, subtitle, status, date,
		lexemes)
	SELECT organization, true, pg_temp.id('usr', tenant_number, number), 0, 1, 'user', initcap(name), name, NULL, 'active',
		date '2025-05-01', lexemes(pg_temp.places('user', ARRAY[pg_temp.id('usr', tenant_number, number)],
			'active', NULL, NULL, name, NULL, NULL))
	FROM (SELECT number, pg_temp.any_word(first) || ' ' || pg_temp.surname(number * 13) AS name
		FROM generate_series(1, users) number, vocabulary) named;
	INSERT INTO word (organization_id, live, word, slot)
	SELECT organization, true, word, 0 FROM (
		SELECT DISTINCT unnest(string_to_array(name, ' ')) AS word FROM company
		UNION SELECT unnest(work) FROM vocabulary UNION SELECT unnest(second) FROM vocabulary
		UNION SELECT unnest(ARRAY['inv', 'billing', 'example', 'hauptstrasse', 'berlin'])) words
	WHERE word !~ '[0-9]' ON CONFLICT DO NOTHING;
	DROP TABLE company;
END $$;

SELECT pg_temp.fill(1, current_setting('bench.documents')::integer);
SELECT pg_temp.fill(tenant, 2000) FROM generate_series(2, 1 + current_setting('bench.neighbours')::integer) tenant;
ANALYZE document, word;
