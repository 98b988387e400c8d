-- Who switched an account off, and whether it was deleted. Accounts that are off already count as ended by an operator.
-- ended_by: owner, delegate or operator. NULL while the account is active or has not been moderated.
ALTER TABLE accounts ADD COLUMN ended_by TEXT;
ALTER TABLE accounts ADD COLUMN deleted %int% NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN password_changed_at %int%;
UPDATE accounts SET ended_by = 'operator' WHERE email_verified = 1 AND moderated = 1 AND active = 0;

-- Whether a token came of a login with the password, directly or through other tokens and credentials: it ends when
-- the password changes. made_with is the id of the token that it was made with. That token may be gone.
ALTER TABLE tokens ADD COLUMN of_password %int% NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN made_with %int%;
-- The token ended with its account: it stays only so that its bearer is told that the account is inactive.
ALTER TABLE tokens ADD COLUMN ended %int% NOT NULL DEFAULT 0;
UPDATE tokens SET of_password = 1
  WHERE name IN ('password login', 'exchanged token') OR origin LIKE '%"password"%';
UPDATE tokens SET ended = 1 WHERE account_id IN (SELECT id FROM accounts WHERE ended_by = 'operator');

-- The same for application credentials. parent is the credential that it was made with and ends with.
ALTER TABLE application_credentials ADD COLUMN of_password %int% NOT NULL DEFAULT 0;
ALTER TABLE application_credentials ADD COLUMN made_with %int%;
ALTER TABLE application_credentials ADD COLUMN parent %int% REFERENCES application_credentials (id) ON DELETE CASCADE;
CREATE INDEX application_credentials_by_parent ON application_credentials (parent) WHERE parent IS NOT NULL;
DELETE FROM application_credentials WHERE account_id IN (SELECT id FROM accounts WHERE ended_by = 'operator');

-- The user whose e-mail address or password a task changes: such tasks end with the password and with the account.
ALTER TABLE tasks ADD COLUMN person TEXT;
CREATE INDEX tasks_by_person ON tasks (person) WHERE person IS NOT NULL;
