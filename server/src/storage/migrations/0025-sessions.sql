-- A session of the web is a token of its own kind: it ends as tokens do, and no dialect takes it as a token.
ALTER TABLE tokens ADD COLUMN session %int% NOT NULL DEFAULT 0;

-- What sessions have in addition to tokens.
CREATE TABLE sessions (
  token_id %key% REFERENCES tokens (id) ON DELETE CASCADE,
  -- How the API names it.
  uuid TEXT NOT NULL UNIQUE,
  -- Of the client that signed in.
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  last_seen_at %int% NOT NULL,
  -- When the person last proved to be present.
  proved_at %int% NOT NULL
) %strict%;
CREATE INDEX sessions_by_last_seen ON sessions (last_seen_at);

-- Sign-ins that need another step, such as a second factor or new terms.
CREATE TABLE sign_in_tickets (
  digest %bytes% NOT NULL PRIMARY KEY,
  account_id %int% NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  -- JSON array: how the person has proved who they are so far.
  methods TEXT NOT NULL,
  -- The moment of the last change of the password that was shown; a change since then voids the ticket.
  password_of %int%,
  -- What the next step is: the code of the refusal that came with the ticket.
  step TEXT NOT NULL,
  tries_left %int% NOT NULL,
  expires_at %int% NOT NULL
) %strict%;
CREATE INDEX sign_in_tickets_by_end ON sign_in_tickets (expires_at);
CREATE INDEX sign_in_tickets_by_account ON sign_in_tickets (account_id);
