-- The language of mails to an account and of its pages; null for the default.
ALTER TABLE accounts ADD COLUMN language TEXT;

-- Sign-ups whose address is not confirmed yet. A sign-up that is not completed in time is deleted with its account.
CREATE TABLE email_verifications (
  account_id %key% REFERENCES accounts (id) ON DELETE CASCADE,
  -- Of the code in the latest mail; earlier codes are void.
  digest %bytes% NOT NULL UNIQUE,
  sent_at %int% NOT NULL,
  expires_at %int% NOT NULL
) %strict%;
CREATE INDEX email_verifications_by_end ON email_verifications (expires_at);
