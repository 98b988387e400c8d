-- What programs of an account log in with: good for one project, with some of the account's roles there.
CREATE TABLE application_credentials (
  id %id%,
  uuid TEXT NOT NULL UNIQUE,
  account_id %int% NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  project TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  secret_hash TEXT NOT NULL,
  -- JSON array of role names.
  roles TEXT NOT NULL,
  -- Whether what logs in with it may make others.
  unrestricted %int% NOT NULL,
  created_at %int% NOT NULL,
  expires_at %int%,
  UNIQUE (account_id, name)
) %strict%;

-- How a token came to be, where it came of a login (JSON), and with which credential: it ends with that.
ALTER TABLE tokens ADD COLUMN origin TEXT;
ALTER TABLE tokens ADD COLUMN application_credential %int% REFERENCES application_credentials (id) ON DELETE CASCADE;
CREATE INDEX tokens_by_application_credential ON tokens (application_credential) WHERE application_credential IS NOT NULL;
