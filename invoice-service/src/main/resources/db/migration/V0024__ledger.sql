-- The journal. An entry is one movement of money, its postings sum up to zero in each currency.
CREATE TABLE ledger_entry (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	kind text NOT NULL CHECK
		(kind IN ('invoice_finalized', 'payment_received', 'invoice_voided', 'invoice_written_off')),
	source text NOT NULL,
	invoice text NOT NULL,
	reverses uuid,
	booked_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id),
	-- Nothing is booked twice, whatever is retried.
	UNIQUE (organization_id, live, source, kind),
	UNIQUE (organization_id, live, reverses),
	FOREIGN KEY (organization_id, live, reverses) REFERENCES ledger_entry
);
CREATE INDEX ledger_entry_booked ON ledger_entry (organization_id, live, booked_at, id);
CREATE INDEX ledger_entry_invoice ON ledger_entry (organization_id, live, invoice, booked_at, id);

-- Debits are above zero, credits below, in minor units.
CREATE TABLE ledger_posting (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	entry_id uuid NOT NULL,
	position integer NOT NULL,
	account text NOT NULL CHECK (account IN ('receivable', 'revenue', 'tax_payable', 'cash', 'bad_debt')),
	currency text NOT NULL,
	amount bigint NOT NULL CHECK (amount <> 0),
	PRIMARY KEY (organization_id, live, entry_id, position),
	FOREIGN KEY (organization_id, live, entry_id) REFERENCES ledger_entry
);
CREATE INDEX ledger_posting_balance ON ledger_posting (organization_id, live, account, currency) INCLUDE (amount);

-- Checked when the transaction commits. Two postings at least: an entry that this transaction cannot see fails too.
CREATE FUNCTION require_balanced(tenant uuid, mode boolean, entry uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF (SELECT count(*) < 2 FROM ledger_posting
			WHERE organization_id = tenant AND live = mode AND entry_id = entry)
		OR EXISTS (SELECT FROM ledger_posting WHERE organization_id = tenant AND live = mode AND entry_id = entry
			GROUP BY currency HAVING sum(amount) <> 0) THEN
		RAISE EXCEPTION 'ledger entry % is not balanced', entry USING ERRCODE = 'integrity_constraint_violation';
	END IF;
END $$;
CREATE FUNCTION ledger_entry_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM require_balanced(NEW.organization_id, NEW.live, NEW.id);
	RETURN NULL;
END $$;
CREATE FUNCTION ledger_posting_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM require_balanced(NEW.organization_id, NEW.live, NEW.entry_id);
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_is_balanced AFTER INSERT ON ledger_entry
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_balanced();
CREATE CONSTRAINT TRIGGER ledger_posting_is_balanced AFTER INSERT ON ledger_posting
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_posting_is_balanced();

ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ledger_entry USING (organization_id = app_organization() AND live = app_live());
ALTER TABLE ledger_posting ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_posting FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ledger_posting USING (organization_id = app_organization() AND live = app_live());
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entry, ledger_posting FROM billwright_app;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_posting_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_posting
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
