-- The admin workflow: tasks of ordered actions, the tokens that submit them, and messages to operators.

CREATE TABLE tasks (
  id %id%,
  uuid TEXT NOT NULL UNIQUE,
  -- SHA-256 of what was asked for, in hexadecimal.
  hash_key TEXT NOT NULL,
  -- The same while the task is open: of equal tasks one is open at a time.
  open_hash TEXT UNIQUE,
  task_type TEXT NOT NULL,
  -- JSON objects in the words of the wire; whoever approved can be the word "system".
  caller TEXT NOT NULL,
  project_id TEXT,
  approved_by TEXT NOT NULL,
  -- JSON array of texts, and JSON object of such arrays by action.
  task_notes TEXT NOT NULL,
  action_notes TEXT NOT NULL,
  cancelled %int% NOT NULL,
  approved %int% NOT NULL,
  completed %int% NOT NULL,
  created_on %int% NOT NULL,
  approved_on %int%,
  completed_on %int%,
  -- Who runs a stage of it, and until when that counts unless it is renewed.
  lease_holder TEXT,
  lease_until %int%,
  running_stage TEXT,
  running_action %int%,
  running_since %int%
) %strict%;
CREATE INDEX tasks_by_creation ON tasks (created_on, id);
CREATE INDEX tasks_by_type ON tasks (task_type, created_on, id);
CREATE INDEX tasks_by_project ON tasks (project_id, created_on, id);
CREATE INDEX tasks_by_project_and_type ON tasks (project_id, task_type, created_on, id);
CREATE INDEX tasks_by_state ON tasks (cancelled, completed, approved, created_on, id);
CREATE INDEX tasks_open ON tasks (created_on, id) WHERE completed = 0;
CREATE INDEX tasks_completed ON tasks (completed_on, id) WHERE completed = 1;

CREATE TABLE actions (
  task_id %int% NOT NULL REFERENCES tasks (id),
  position %int% NOT NULL,
  name TEXT NOT NULL,
  data TEXT NOT NULL,
  cache TEXT NOT NULL,
  state TEXT NOT NULL,
  valid %int% NOT NULL,
  need_token %int% NOT NULL,
  -- JSON array of the fields that whoever submits has to send.
  token_fields TEXT NOT NULL,
  -- NULL: the action leaves it open.
  auto_approve %int%,
  PRIMARY KEY (task_id, position)
) %narrow%;

-- The secret itself is nowhere; the handle names it in lists.
CREATE TABLE workflow_tokens (
  id %id%,
  handle TEXT NOT NULL UNIQUE,
  digest %bytes% NOT NULL UNIQUE,
  task_id %int% NOT NULL REFERENCES tasks (id),
  created_on %int% NOT NULL,
  expires %int% NOT NULL
) %strict%;
CREATE INDEX workflow_tokens_by_task ON workflow_tokens (task_id);
CREATE INDEX workflow_tokens_by_creation ON workflow_tokens (created_on, id);
CREATE INDEX workflow_tokens_by_expiry ON workflow_tokens (expires);

CREATE TABLE notifications (
  id %id%,
  uuid TEXT NOT NULL UNIQUE,
  task_id %int% NOT NULL REFERENCES tasks (id),
  -- JSON object.
  notes TEXT NOT NULL,
  error %int% NOT NULL,
  acknowledged %int% NOT NULL,
  created_on %int% NOT NULL
) %strict%;
CREATE INDEX notifications_by_creation ON notifications (created_on, id);
CREATE INDEX notifications_by_task ON notifications (task_id, error);
CREATE INDEX notifications_by_acknowledgement ON notifications (acknowledged, error, created_on, id);

-- Mails of the workflow have a sender, an envelope and headers of their own, and say what they tell of.
ALTER TABLE outbox ADD COLUMN sender TEXT;
ALTER TABLE outbox ADD COLUMN envelope_from TEXT;
ALTER TABLE outbox ADD COLUMN headers TEXT;
ALTER TABLE outbox ADD COLUMN reference TEXT;
