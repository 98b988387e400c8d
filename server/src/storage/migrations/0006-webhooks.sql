-- Addresses that are told of events, and every call of them.

CREATE TABLE webhooks (
  id %id%,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  -- JSON array of types of events; `project.*` stands for all of projects.
  events TEXT NOT NULL,
  -- Signing needs the secret itself, so this is the one that is stored as it is.
  secret %bytes% NOT NULL,
  created_at %int% NOT NULL,
  -- Uuid of the account.
  created_by TEXT
) %strict%;

-- Written in the transaction that brings the event about. `next_at` is when to try next, NULL once it was taken or
-- given up; `status` is the last answer.
CREATE TABLE webhook_deliveries (
  id %id%,
  -- No reference: whoever removes a webhook may not get in the way of what it would have been told of.
  webhook_id %int% NOT NULL,
  -- Goes with every try, so that whoever gets one twice can tell.
  message TEXT NOT NULL UNIQUE,
  event TEXT NOT NULL,
  body TEXT,
  created_at %int% NOT NULL,
  attempts %int% NOT NULL DEFAULT 0,
  next_at %int%,
  sent_at %int%,
  failed_at %int%,
  status %int%,
  error TEXT
) %strict%;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_deliveries_sent ON webhook_deliveries (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id);

-- What waits for operators, by the time since when.
CREATE INDEX notifications_open ON notifications (acknowledged, created_on, id);
CREATE INDEX applications_by_state_and_time ON applications (state, issued_at, id);
