-- What customers may use. Never edited: an allowance is ended or voided, and another one is made.
CREATE TABLE allowance (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	customer_id uuid NOT NULL,
	meter_id uuid NOT NULL,
	amount numeric NOT NULL,
	every text,
	starts_at timestamptz NOT NULL,
	expires_at timestamptz,
	rollover_limit numeric,
	priority integer NOT NULL,
	overage text NOT NULL,
	ended_at timestamptz,
	voided_at timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id)
);
CREATE INDEX allowance_customer ON allowance (organization_id, live, customer_id, meter_id);

ALTER TABLE allowance ENABLE ROW LEVEL SECURITY;
ALTER TABLE allowance FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON allowance USING (organization_id = app_organization() AND live = app_live());

-- Instances remember allowances and meters for balances, and are told of changes when these commit: the last five digits of the
-- id that the change is remembered under.
CREATE FUNCTION announce_allowance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('usage_changed', right(NEW.customer_id::text, 5));
	RETURN NULL;
END $$;
CREATE TRIGGER announced AFTER INSERT OR UPDATE ON allowance FOR EACH ROW EXECUTE FUNCTION announce_allowance();

CREATE FUNCTION announce_meter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('usage_changed', right(NEW.organization_id::text, 5));
	RETURN NULL;
END $$;
CREATE TRIGGER announced AFTER INSERT OR UPDATE ON meter FOR EACH ROW EXECUTE FUNCTION announce_meter();
