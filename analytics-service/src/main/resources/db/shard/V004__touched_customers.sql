-- Whether customers whose figure of the meter changes are noted below: where there is an alert.
ALTER TABLE meter_activation ADD COLUMN noted boolean NOT NULL DEFAULT false;

-- Customers whose figure of a meter has changed and has to be looked at, noted in the transaction that changes it. A row goes
-- when it was looked at and has not changed since.
CREATE TABLE usage_touched (
	organization_id uuid NOT NULL,
	live boolean NOT NULL,
	meter_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	since timestamptz NOT NULL,
	changes bigint NOT NULL DEFAULT 1,
	claimed_until timestamptz,
	PRIMARY KEY (meter_id, customer_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
ALTER TABLE usage_touched ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_touched FORCE ROW LEVEL SECURITY;
CREATE POLICY looking ON usage_touched USING ((SELECT app_system()));
