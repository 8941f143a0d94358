-- Dates of an invoice go together: what was issued in spring was created in spring. A list by one of them, narrowed by
-- another, would walk past everything newer to find the first row. So the indexes hold all dates and begin with one that
-- has few values (a day, or a block of 2,048 numbers): PostgreSQL then skips from value to value.
ALTER TABLE invoice
	ADD COLUMN created_day date NOT NULL GENERATED ALWAYS AS ((created_at AT TIME ZONE 'UTC')::date) STORED,
	ADD COLUMN number_block bigint NOT NULL
		GENERATED ALWAYS AS (coalesce(number_sequence, 9223372036854775807) >> 11) STORED;

CREATE OR REPLACE FUNCTION invoice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	moving CONSTANT text[] := ARRAY['version', 'status', 'amount_paid', 'updated_at', 'paid_at', 'voided_at',
		'marked_uncollectible_at', 'issue_rank', 'due_rank', 'number_rank', 'total_rank', 'created_day', 'number_block'];
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

DROP INDEX invoice_issued, invoice_due, invoice_status_created, invoice_status_issued, invoice_status_due,
	invoice_status_number;
CREATE INDEX invoice_issued ON invoice (organization_id, live, issue_rank, due_rank, created_at, id);
CREATE INDEX invoice_due ON invoice (organization_id, live, due_rank, issue_rank, created_at, id);
CREATE INDEX invoice_created_days ON invoice
	(organization_id, live, created_day, issue_rank, due_rank, created_at, id);
CREATE INDEX invoice_number_blocks ON invoice
	(organization_id, live, number_block, issue_rank, due_rank, created_at, number_rank, id);
CREATE INDEX invoice_currency ON invoice (organization_id, live, currency, created_at, id);
CREATE INDEX invoice_status_created ON invoice
	(organization_id, live, status, created_at, id, issue_rank, due_rank) WHERE status <> 'paid';
CREATE INDEX invoice_status_issued ON invoice
	(organization_id, live, status, issue_rank, due_rank, created_at, id) WHERE status <> 'paid';
CREATE INDEX invoice_status_due ON invoice
	(organization_id, live, status, due_rank, issue_rank, created_at, id) WHERE status <> 'paid';
CREATE INDEX invoice_status_number ON invoice
	(organization_id, live, status, number_rank, id, issue_rank, due_rank, created_at) WHERE status <> 'paid';
