-- A publishable key is no secret: its text is kept, to be shown at any time, and it may do next to nothing. What it may is
-- written down here once more, so that nothing ever widens it by mistake.

ALTER TABLE api_keys
	ADD COLUMN published_text text,
	ADD COLUMN allowed_origins text[] NOT NULL DEFAULT '{}',
	ADD CONSTRAINT api_keys_published_scopes CHECK (published_text IS NULL OR scopes <@ '{catalog:read}'),
	ADD CONSTRAINT api_keys_published_origins CHECK (published_text IS NOT NULL OR allowed_origins = '{}');
