-- A page or an app may also send the usage events of the customer who uses it.
ALTER TABLE api_keys
	DROP CONSTRAINT api_keys_published_scopes,
	ADD CONSTRAINT api_keys_published_scopes CHECK (published_text IS NULL OR scopes <@ '{catalog:read,usage:write}');
