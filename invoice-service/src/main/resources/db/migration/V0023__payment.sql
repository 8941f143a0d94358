CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- What was received. Never changed: giving money back will be a row of its own.
CREATE TABLE payment (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	invoice_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	amount bigint NOT NULL CHECK (amount > 0),
	currency text NOT NULL,
	method text NOT NULL CHECK (method IN ('bank_transfer', 'card', 'direct_debit', 'cash', 'check', 'other')),
	reference text,
	received_on date NOT NULL,
	created_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id),
	FOREIGN KEY (organization_id, live, invoice_id) REFERENCES invoice
);
CREATE INDEX payment_created ON payment (organization_id, live, created_at, id);
CREATE INDEX payment_received ON payment (organization_id, live, received_on, id);
CREATE INDEX payment_invoice ON payment (organization_id, live, invoice_id, created_at, id);
CREATE INDEX payment_customer ON payment (organization_id, live, customer_id, created_at, id);
ALTER TABLE payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE payment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON payment USING (organization_id = app_organization() AND live = app_live());
REVOKE UPDATE, DELETE, TRUNCATE ON payment FROM billwright_app;
CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
