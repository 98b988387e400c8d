-- Tokens of tasks that cannot be submitted any more, and why: the page of a mailed link says so.
CREATE TABLE ended_workflow_tokens (
  digest %bytes% NOT NULL PRIMARY KEY,
  -- used, cancelled, replaced or expired
  reason TEXT NOT NULL,
  ended_on %int% NOT NULL
) %strict%;
CREATE INDEX ended_workflow_tokens_by_time ON ended_workflow_tokens (ended_on);
