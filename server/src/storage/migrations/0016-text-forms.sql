-- Texts in the forms in which they are searched and compared: case-folded and normalised, which neither engine does
-- alike. `derived-columns.ts` says of which column each is made; every write through Kysely fills them, and `migrate`
-- fills them for the rows that are there. NULL: not filled yet, or the text itself is NULL.

ALTER TABLE accounts ADD COLUMN folded_email TEXT;
ALTER TABLE accounts ADD COLUMN folded_username TEXT;
ALTER TABLE accounts ADD COLUMN folded_first_name TEXT;
ALTER TABLE accounts ADD COLUMN folded_last_name TEXT;
CREATE INDEX accounts_without_forms ON accounts (id) WHERE folded_email IS NULL OR folded_username IS NULL
  OR folded_first_name IS NULL OR folded_last_name IS NULL;

ALTER TABLE projects ADD COLUMN folded_name TEXT;
ALTER TABLE projects ADD COLUMN name_key TEXT;
CREATE INDEX projects_by_name_key ON projects (name_key, id);

ALTER TABLE tasks ADD COLUMN folded_caller TEXT;
ALTER TABLE tasks ADD COLUMN folded_approved_by TEXT;
ALTER TABLE tasks ADD COLUMN folded_task_type TEXT;
ALTER TABLE tasks ADD COLUMN folded_task_notes TEXT;
ALTER TABLE tasks ADD COLUMN folded_action_notes TEXT;
CREATE INDEX tasks_without_forms ON tasks (id) WHERE folded_caller IS NULL OR folded_approved_by IS NULL
  OR folded_task_type IS NULL OR folded_task_notes IS NULL OR folded_action_notes IS NULL;

ALTER TABLE notifications ADD COLUMN folded_notes TEXT;
CREATE INDEX notifications_without_forms ON notifications (id) WHERE folded_notes IS NULL;

-- Two names of a kind that are the same in this form are the same name.
ALTER TABLE projects ADD COLUMN reserved_key TEXT;
CREATE UNIQUE INDEX projects_by_reserved_key ON projects (reserved_key);
CREATE INDEX projects_without_forms ON projects (id) WHERE folded_name IS NULL OR name_key IS NULL
  OR (reserved_key IS NULL AND reserved_name IS NOT NULL);

ALTER TABLE roles ADD COLUMN name_key TEXT;
CREATE UNIQUE INDEX roles_by_name_key ON roles (name_key);
ALTER TABLE components ADD COLUMN name_key TEXT;
CREATE UNIQUE INDEX components_by_name_key ON components (name_key);
ALTER TABLE services ADD COLUMN name_key TEXT;
CREATE UNIQUE INDEX services_by_name_key ON services (name_key);
ALTER TABLE resources ADD COLUMN name_key TEXT;
CREATE UNIQUE INDEX resources_by_name_key ON resources (name_key);
ALTER TABLE application_credentials ADD COLUMN name_key TEXT;
CREATE UNIQUE INDEX application_credentials_by_name_key ON application_credentials (account_id, name_key);
