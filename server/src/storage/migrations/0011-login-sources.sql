-- From where an account has logged in, as digests: they get through a lock-out that others have caused.
CREATE TABLE login_sources (
  account_id %int% NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  seen_at %int% NOT NULL,
  PRIMARY KEY (account_id, digest)
) %strict%;
