-- One organization's invoices over 18 months. %1$s is the number of invoices, %2$s the organization.
SET session_replication_role = replica;
SET maintenance_work_mem = '256MB';
SET synchronous_commit = off;
SELECT setseed(0.2026);
SELECT set_config('app.organization_id', '%2$s', false), set_config('app.mode', 'live', false);

CREATE TEMPORARY TABLE definition AS
	SELECT indexname, indexdef FROM pg_indexes
	WHERE tablename IN ('invoice', 'invoice_text') AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname);
DO $$ DECLARE name text; BEGIN
	FOR name IN SELECT indexname FROM definition LOOP EXECUTE 'DROP INDEX ' || name; END LOOP;
END $$;

-- Customers: 20,000, the largest has 3.7 %% of the invoices. Newer than three days: every third is a draft. Not yet due:
-- half are paid. Past due: 94 %% are paid, 3 %% overdue, the rest void or given up on.
CREATE TEMPORARY TABLE seed AS
SELECT n, uuidv7(at - now()) AS id, at AS created_at, customer, currency, amount,
	(at + span * 3 * interval '1 day')::date AS issue_date,
	(at + span * 3 * interval '1 day')::date + CASE WHEN terms < 0.5 THEN 14 ELSE 30 END AS due_date, fate
FROM (SELECT n, now() - (%1$s - n) * interval '548 days' / %1$s AS at, floor(20000 * random() ^ 3)::bigint AS customer,
		CASE WHEN r < 0.05 THEN 'JPY' WHEN r < 0.2 THEN 'USD' ELSE 'EUR' END AS currency, span, terms, fate,
		(exp(random_normal(6, 1.2)) * 100)::bigint + 1 AS amount
	FROM (SELECT n, random() AS r, random() AS span, random() AS terms, random() AS fate
		FROM generate_series(1, %1$s) AS n) AS dice) AS thrown;

INSERT INTO invoice (organization_id, live, id, version, status, number, number_sequence, customer_id, customer, currency,
	currency_digits, tax_rounding, subtotal, tax, taxes, total, amount_paid, memo, issue_date, due_date, created_at,
	updated_at, finalized_at, paid_at)
SELECT '%2$s', true, id, 3, status, CASE WHEN status <> 'draft' THEN 'INV-' || lpad(n::text, 6, '0') END,
	CASE WHEN status <> 'draft' THEN n END, md5('customer' || customer)::uuid,
	jsonb_build_object('name', 'Customer ' || customer || ' GmbH', 'email', 'billing@customer' || customer || '.example',
		'address', jsonb_build_object('line1', 'Street ' || customer, 'city', 'Berlin', 'country', 'DE'), 'tax_ids', '[]'::jsonb),
	currency, CASE currency WHEN 'JPY' THEN 0 ELSE 2 END, 'per_rate', amount, 0, '[]', amount,
	CASE status WHEN 'paid' THEN amount WHEN 'partially_paid' THEN greatest(amount / 2, 1) ELSE 0 END, 'Order ' || n %% 5000,
	CASE WHEN status <> 'draft' THEN issue_date END, CASE WHEN status <> 'draft' THEN due_date END, created_at, created_at,
	CASE WHEN status <> 'draft' THEN created_at END, CASE WHEN status = 'paid' THEN created_at END
FROM (SELECT seed.*, CASE
		WHEN created_at > now() - interval '3 days' AND fate < 0.33 THEN 'draft'
		WHEN due_date >= current_date AND fate < 0.5 THEN 'paid'
		WHEN fate < 0.94 AND due_date < current_date THEN 'paid'
		WHEN due_date >= current_date AND fate < 0.9 THEN 'open'
		WHEN due_date >= current_date THEN CASE WHEN amount > 1 THEN 'partially_paid' ELSE 'open' END
		WHEN fate < 0.965 THEN 'open'
		WHEN fate < 0.97 AND amount > 1 THEN 'partially_paid'
		WHEN fate < 0.99 THEN 'void' ELSE 'uncollectible' END AS status
	FROM seed) AS invoices;

INSERT INTO invoice_line (organization_id, live, invoice_id, position, id, kind, description, quantity, unit_amount, amount)
SELECT '%2$s', true, id, position, uuidv7(), 'one_off', (ARRAY['Consulting', 'Hosting'])[position + 1], 1, 1, amount / 2
FROM seed, generate_series(0, 1) AS position;

-- The application indexes lines too; here they are said once, for speed of loading.
INSERT INTO invoice_text (organization_id, live, invoice_id, words)
SELECT organization_id, live, id, array_to_tsvector(invoice_words(concat_ws(' ', number, customer ->> 'name',
	customer ->> 'email', memo, 'Consulting Hosting')))
FROM invoice WHERE organization_id = '%2$s';

DO $$ DECLARE sql text; BEGIN
	FOR sql IN SELECT indexdef FROM definition LOOP EXECUTE sql; END LOOP;
END $$;
SET session_replication_role = origin;
