-- Projects: what applications, memberships and expiry need. Until here there were system projects only.

-- Unique among the projects that are alive; NULL while a project is not (spec quota-projects 3.6).
ALTER TABLE projects ADD COLUMN reserved_name TEXT;
ALTER TABLE projects ADD COLUMN start_date %int%;
-- Why the project is in the state it is in: it tells what may bring it back.
ALTER TABLE projects ADD COLUMN state_reason TEXT;
-- When it last became active, and when it was last suspended or terminated.
ALTER TABLE projects ADD COLUMN activated_at %int%;
ALTER TABLE projects ADD COLUMN deactivated_at %int%;
-- How many members count against max_members.
ALTER TABLE projects ADD COLUMN members %int% NOT NULL DEFAULT 0;
-- The newest application, and the one that describes the project: the last approved one, or the first.
ALTER TABLE projects ADD COLUMN last_application %int%;
ALTER TABLE projects ADD COLUMN reference_application %int%;
-- The end date that the owner has been warned of, and for how many days before it.
ALTER TABLE projects ADD COLUMN warned_of %int%;
ALTER TABLE projects ADD COLUMN warned_days %int%;

UPDATE projects SET
  reserved_name = name,
  activated_at = created_at,
  members = (SELECT COUNT(*) FROM memberships WHERE memberships.project_id = projects.id);

-- Nothing else could suspend a project.
UPDATE projects SET state_reason = 'user_deactivation', deactivated_at = created_at WHERE state = 'suspended';

CREATE UNIQUE INDEX projects_by_reserved_name ON projects (reserved_name);
CREATE INDEX projects_by_name ON projects (name, id);
CREATE INDEX projects_by_owner ON projects (owner, id);
CREATE INDEX projects_by_state ON projects (state, id);
-- What everybody may see, in the order in which it is listed.
CREATE INDEX projects_by_openness ON projects (state, private, id);
CREATE INDEX projects_expiring ON projects (end_date, id) WHERE system_project = 0;

-- Immutable sets of changes. `owner` is whose the project is to be; `changes` is a JSON object of the fields that
-- are to change, resources among them.
CREATE TABLE applications (
  id %id%,
  project_id %int% NOT NULL REFERENCES projects (id),
  state TEXT NOT NULL,
  applicant TEXT,
  owner TEXT,
  creates %int% NOT NULL,
  changes TEXT NOT NULL,
  comments TEXT NOT NULL,
  issued_at %int% NOT NULL,
  -- Approved, denied, cancelled, dismissed or replaced: when, by whom, and in which words.
  resolved_at %int%,
  resolved_by TEXT,
  response TEXT
) %strict%;
CREATE INDEX applications_by_project ON applications (project_id, id);
CREATE INDEX applications_by_state ON applications (state, id);
CREATE INDEX applications_by_applicant ON applications (applicant, id);
CREATE INDEX applications_by_owner ON applications (owner, id);

-- The latest time at which a membership came into each state; NULL if it never did.
ALTER TABLE memberships ADD COLUMN requested_at %int%;
ALTER TABLE memberships ADD COLUMN accepted_at %int%;
ALTER TABLE memberships ADD COLUMN leave_requested_at %int%;
ALTER TABLE memberships ADD COLUMN suspended_at %int%;
ALTER TABLE memberships ADD COLUMN rejected_at %int%;
ALTER TABLE memberships ADD COLUMN cancelled_at %int%;
ALTER TABLE memberships ADD COLUMN removed_at %int%;
ALTER TABLE memberships ADD COLUMN state_reason TEXT;
UPDATE memberships SET accepted_at = (SELECT created_at FROM projects WHERE projects.id = memberships.project_id);
CREATE INDEX memberships_by_project ON memberships (project_id, id);
CREATE INDEX memberships_by_project_and_state ON memberships (project_id, state, id);

-- What pending applications have changed of `astakos.pending_app` and the ledger has not been told yet.
CREATE TABLE pending_application_charges (
  id %id%,
  account TEXT NOT NULL,
  quantity %int% NOT NULL,
  issued_at %int% NOT NULL
) %strict%;

-- Mail that is to leave, or has left: it is written in the transaction that it tells of (design D9). `next_at` is
-- when to try next, NULL once it was sent or given up. Of what was sent the texts are cleared.
CREATE TABLE outbox (
  id %id%,
  kind TEXT NOT NULL,
  recipients TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT,
  html TEXT,
  reply_to TEXT,
  created_at %int% NOT NULL,
  attempts %int% NOT NULL DEFAULT 0,
  next_at %int%,
  sent_at %int%,
  failed_at %int%,
  error TEXT
) %strict%;
CREATE INDEX outbox_due ON outbox (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_waiting ON outbox (id) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_failed ON outbox (id) WHERE failed_at IS NOT NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;

-- Who has to have another default project when one ends.
CREATE INDEX accounts_by_default_project ON accounts (default_project);
