-- Facts: the newest snapshot of each aggregate, reduced to what is counted. Every answer is computed from them, so that
-- no running total can drift; the indexes hold all that a sum needs.
CREATE TABLE organization (
	organization_id uuid PRIMARY KEY DEFAULT app_organization(),
	version bigint NOT NULL,
	time_zone text NOT NULL,
	default_currency text NOT NULL
);

-- Amounts are in the currency's major unit, with its digits.
CREATE TABLE invoice (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id text COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	status text NOT NULL,
	customer_id text COLLATE "C" NOT NULL,
	customer_name text NOT NULL,
	currency text NOT NULL,
	issue_date date,
	due_date date,
	net numeric NOT NULL,
	tax numeric NOT NULL,
	total numeric NOT NULL,
	due numeric NOT NULL,
	updated_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id)
);
-- An invoice counts as billed from its issue on, unless it was voided.
CREATE INDEX invoice_billed ON invoice (organization_id, live, issue_date)
	INCLUDE (currency, status, net, tax, total, due) WHERE status NOT IN ('draft', 'void');
CREATE INDEX invoice_outstanding ON invoice (organization_id, live, due_date)
	INCLUDE (currency, customer_id, due) WHERE status IN ('open', 'partially_paid');

CREATE TABLE payment (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id text COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	currency text NOT NULL,
	amount numeric NOT NULL,
	received_on date NOT NULL,
	PRIMARY KEY (organization_id, live, id)
);
CREATE INDEX payment_received ON payment (organization_id, live, received_on) INCLUDE (currency, amount);

ALTER TABLE organization ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organization USING (organization_id = app_organization());
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invoice USING (organization_id = app_organization() AND live = app_live());
ALTER TABLE payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE payment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON payment USING (organization_id = app_organization() AND live = app_live());
