-- The secrets that authenticator apps share with the service (RFC 6238). One per account.
CREATE TABLE totp_secrets (
  account_id %key% REFERENCES accounts (id) ON DELETE CASCADE,
  secret %bytes% NOT NULL,
  created_at %int% NOT NULL,
  -- When a code proved that the app has the secret; before that, it is no second factor.
  confirmed_at %int%,
  -- The time step of the last code that was accepted: a code of this step or an earlier one is refused, on every node.
  last_step %int%,
  -- When all wrong codes are forgiven: each one adds some minutes.
  forgiven_at %int% NOT NULL DEFAULT 0
) %strict%;

-- Codes for persons who have lost their other second factors. Each can be used once.
CREATE TABLE recovery_codes (
  account_id %int% NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  digest %bytes% NOT NULL,
  created_at %int% NOT NULL,
  used_at %int%,
  PRIMARY KEY (account_id, digest)
) %strict%;

-- Passkeys: WebAuthn credentials.
CREATE TABLE passkeys (
  id %id%,
  account_id %int% NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  -- As the authenticator names it, in base64url.
  credential_id TEXT NOT NULL UNIQUE,
  -- A COSE key.
  public_key %bytes% NOT NULL,
  -- Signatures so far, as the authenticator counts them; 0 for those that do not count.
  counter %int% NOT NULL,
  -- JSON array: how a browser can reach the authenticator.
  transports TEXT NOT NULL,
  -- Whether it can be copied to other devices of the person, and whether it was.
  syncable %int% NOT NULL,
  synced %int% NOT NULL,
  -- The model of the authenticator.
  aaguid TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at %int% NOT NULL,
  last_used_at %int%
) %strict%;
CREATE INDEX passkeys_by_account ON passkeys (account_id);

-- Challenges that authenticators were asked to sign. Each is used once.
CREATE TABLE passkey_challenges (
  -- SHA-256 of the ticket of the sign-in, or of a ticket of its own.
  ticket %bytes% NOT NULL PRIMARY KEY,
  challenge TEXT NOT NULL,
  -- 'register', 'second_factor' or 'sign_in'.
  purpose TEXT NOT NULL,
  -- Null where any account may answer it.
  account_id %int% REFERENCES accounts (id) ON DELETE CASCADE,
  -- The network of the client, where the account is not known: their number is limited by it.
  source TEXT,
  expires_at %int% NOT NULL
) %strict%;
CREATE INDEX passkey_challenges_by_end ON passkey_challenges (expires_at);
CREATE INDEX passkey_challenges_by_account ON passkey_challenges (account_id);
CREATE INDEX passkey_challenges_by_source ON passkey_challenges (source);
