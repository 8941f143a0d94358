-- Whether transactions that change a customer's figure of the meter say so on the channel usage_changed (decision 12).
-- Changed under the watermark FOR UPDATE, like everything that batches must know.
ALTER TABLE meter_activation ADD COLUMN announced boolean NOT NULL DEFAULT false;
