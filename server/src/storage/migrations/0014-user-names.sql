-- User names and addresses in the form in which they are compared: `derived-columns.ts` fills them.
ALTER TABLE accounts ADD COLUMN username_key TEXT;
CREATE UNIQUE INDEX accounts_by_username_key ON accounts (username_key);
-- Not unique: where user names are not addresses, several accounts can have one address.
ALTER TABLE accounts ADD COLUMN email_key TEXT;
CREATE INDEX accounts_by_email_key ON accounts (email_key);

-- Accounts of programs: without an address, which is the empty text then, and without a project of their own.
ALTER TABLE accounts ADD COLUMN service %int% NOT NULL DEFAULT 0;
