-- What an organization chose for its invoices.
CREATE TABLE billing_settings (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	version bigint NOT NULL,
	number_pattern text NOT NULL,
	tax_rounding text NOT NULL CHECK (tax_rounding IN ('per_rate', 'per_line')),
	PRIMARY KEY (organization_id, live)
);
ALTER TABLE billing_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON billing_settings USING (organization_id = app_organization() AND live = app_live());

-- The series of invoice numbers. A row, not a sequence: what a transaction takes it gives back when it rolls back.
CREATE TABLE invoice_series (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	last_sequence bigint NOT NULL,
	-- Numbers and dates of issue rise together.
	last_issue_date date NOT NULL,
	PRIMARY KEY (organization_id, live)
);
ALTER TABLE invoice_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_series FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invoice_series USING (organization_id = app_organization() AND live = app_live());

-- Amounts are in minor units of the currency. The *_rank columns are what lists sort by: never null, so that a keyset
-- page needs one comparison; drafts count as issued, due and numbered last.
CREATE TABLE invoice (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	status text NOT NULL CHECK (status IN ('draft', 'open', 'partially_paid', 'paid', 'void', 'uncollectible')),
	number text,
	number_sequence bigint,
	customer_id uuid NOT NULL,
	customer jsonb NOT NULL,
	currency text NOT NULL,
	currency_digits smallint NOT NULL,
	tax_rounding text NOT NULL CHECK (tax_rounding IN ('per_rate', 'per_line')),
	subtotal bigint NOT NULL,
	tax bigint NOT NULL,
	taxes jsonb NOT NULL,
	total bigint NOT NULL,
	amount_paid bigint NOT NULL,
	memo text,
	issue_date date,
	due_date date,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	finalized_at timestamptz,
	paid_at timestamptz,
	voided_at timestamptz,
	marked_uncollectible_at timestamptz,
	issue_rank date NOT NULL GENERATED ALWAYS AS (coalesce(issue_date, DATE '9999-12-31')) STORED,
	due_rank date NOT NULL GENERATED ALWAYS AS (coalesce(due_date, DATE '9999-12-31')) STORED,
	number_rank bigint NOT NULL GENERATED ALWAYS AS (coalesce(number_sequence, 9223372036854775807)) STORED,
	-- In ten-thousandths of the major unit, so that amounts of different currencies can be put in one order.
	total_rank bigint NOT NULL GENERATED ALWAYS AS
		(least(total::numeric * 10 ^ (4 - currency_digits), 9223372036854775807)::bigint) STORED,
	PRIMARY KEY (organization_id, live, id),
	UNIQUE (organization_id, live, number),
	UNIQUE (organization_id, live, number_sequence),
	CONSTRAINT invoice_adds_up CHECK (subtotal + tax = total),
	CONSTRAINT invoice_issued CHECK (CASE WHEN status = 'draft'
		THEN num_nonnulls(number, number_sequence, issue_date, finalized_at) = 0
		ELSE num_nulls(number, number_sequence, issue_date, finalized_at, due_date) = 0 AND due_date >= issue_date END),
	CONSTRAINT invoice_settled CHECK (CASE status
		WHEN 'partially_paid' THEN amount_paid > 0 AND amount_paid < total
		WHEN 'paid' THEN amount_paid = total
		WHEN 'uncollectible' THEN amount_paid >= 0 AND amount_paid < total
		ELSE amount_paid = 0 END)
);
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invoice USING (organization_id = app_organization() AND live = app_live());

-- Issued is issued: from then on only the state moves.
CREATE FUNCTION invoice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	moving CONSTANT text[] := ARRAY['version', 'status', 'amount_paid', 'updated_at', 'paid_at', 'voided_at',
		'marked_uncollectible_at', 'issue_rank', 'due_rank', 'number_rank', 'total_rank'];
BEGIN
	IF OLD.status = 'draft' THEN
		RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
	END IF;
	IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving THEN
		RAISE EXCEPTION 'invoice % is issued and cannot be changed', OLD.number
			USING ERRCODE = 'integrity_constraint_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER invoice_guard BEFORE UPDATE OR DELETE ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_guard();

-- A line of whatever kind: `kind` says which of the nullable columns belong to it.
CREATE TABLE invoice_line (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	invoice_id uuid NOT NULL,
	position integer NOT NULL,
	id uuid NOT NULL,
	kind text NOT NULL,
	description text NOT NULL,
	quantity numeric NOT NULL,
	unit_amount numeric NOT NULL,
	amount bigint NOT NULL,
	price_id uuid,
	price_version bigint,
	product_id uuid,
	tax_rate_id uuid,
	tax_name text,
	tax_percentage numeric,
	tax_category text,
	tax_country text,
	tax_inclusive boolean,
	PRIMARY KEY (organization_id, live, invoice_id, position),
	FOREIGN KEY (organization_id, live, invoice_id) REFERENCES invoice ON DELETE CASCADE,
	CONSTRAINT invoice_line_price CHECK (kind <> 'price' OR num_nulls(price_id, price_version, product_id) = 0),
	CONSTRAINT invoice_line_tax CHECK
		(num_nulls(tax_rate_id, tax_name, tax_percentage, tax_category, tax_country, tax_inclusive) IN (0, 6))
);
ALTER TABLE invoice_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_line FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invoice_line USING (organization_id = app_organization() AND live = app_live());

CREATE FUNCTION invoice_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	line CONSTANT invoice_line := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
BEGIN
	IF EXISTS (SELECT FROM invoice WHERE organization_id = line.organization_id AND live = line.live
			AND id = line.invoice_id AND status <> 'draft') THEN
		RAISE EXCEPTION 'the lines of an issued invoice cannot be changed'
			USING ERRCODE = 'integrity_constraint_violation';
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER invoice_line_guard BEFORE INSERT OR UPDATE OR DELETE ON invoice_line
	FOR EACH ROW EXECUTE FUNCTION invoice_line_guard();

-- Which invoices may become overdue. The sweep looks here above tenants, for the tenants that have work, and then works
-- inside each of them.
CREATE TABLE overdue_watch (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	invoice_id uuid NOT NULL,
	due_date date NOT NULL,
	PRIMARY KEY (organization_id, live, invoice_id)
);
CREATE INDEX overdue_watch_due_date ON overdue_watch (due_date, organization_id, live);
ALTER TABLE overdue_watch ENABLE ROW LEVEL SECURITY;
ALTER TABLE overdue_watch FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON overdue_watch USING (organization_id = app_organization() AND live = app_live());
CREATE POLICY sweep ON overdue_watch FOR SELECT USING (app_system());
