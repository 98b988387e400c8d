-- One row: raised by every change that nodes may remember the state before of.
CREATE TABLE epochs (
  value %int% NOT NULL
) %strict%;
INSERT INTO epochs (value) VALUES (0);

-- Accounts and what proves who they are
CREATE TABLE accounts (
  id %id%,
  uuid TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  username TEXT NOT NULL UNIQUE,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  password_hash TEXT,
  password_once %int% NOT NULL DEFAULT 0,
  affiliation TEXT,
  email_verified %int% NOT NULL DEFAULT 0,
  verified_at %int%,
  moderated %int% NOT NULL DEFAULT 0,
  moderated_at %int%,
  rejected %int% NOT NULL DEFAULT 0,
  rejected_reason TEXT,
  accepted_policy TEXT,
  active %int% NOT NULL DEFAULT 0,
  deactivated_at %int%,
  deactivated_reason TEXT,
  terms_signed %int%,
  terms_signed_at %int%,
  default_project TEXT,
  created_at %int% NOT NULL,
  updated_at %int% NOT NULL,
  last_login_at %int%
) %strict%;

CREATE TABLE tokens (
  id %id%,
  account_id %int% NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  digest %bytes% NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at %int% NOT NULL,
  expires_at %int%,
  project TEXT,
  roles TEXT,
  scope TEXT
) %strict%;
CREATE INDEX tokens_by_account ON tokens (account_id);

CREATE TABLE roles (
  id %id%,
  name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL
) %strict%;

-- The empty project stands for the whole cloud: NULL would not be unique.
CREATE TABLE role_grants (
  account_id %int% NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  role_id %int% NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
  project TEXT NOT NULL,
  PRIMARY KEY (account_id, role_id, project)
) %strict%;
CREATE INDEX role_grants_by_role ON role_grants (role_id, project);

CREATE TABLE terms (
  id %id%,
  text TEXT NOT NULL,
  issued_at %int% NOT NULL
) %strict%;

-- The catalog
CREATE TABLE components (
  id %id%,
  name TEXT NOT NULL UNIQUE,
  ui_url TEXT,
  base_url TEXT,
  token_digest %bytes% NOT NULL UNIQUE,
  token_created_at %int% NOT NULL,
  token_expires_at %int%,
  -- Seconds that its commissions may stay pending, where it does not say; NULL: for ever.
  commission_expiry_s %int%,
  created_at %int% NOT NULL
) %strict%;

CREATE TABLE services (
  id %id%,
  component_id %int% NOT NULL REFERENCES components (id) ON DELETE CASCADE,
  name TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL
) %strict%;
CREATE INDEX services_by_component ON services (component_id);

CREATE TABLE endpoints (
  id %id%,
  service_id %int% NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  data TEXT NOT NULL
) %strict%;
CREATE INDEX endpoints_by_service ON endpoints (service_id);

CREATE TABLE resources (
  id %id%,
  name TEXT NOT NULL UNIQUE,
  description TEXT,
  unit TEXT,
  service_type TEXT NOT NULL,
  service_origin TEXT NOT NULL,
  system_default %int% NOT NULL,
  project_default %int% NOT NULL,
  ui_visible %int% NOT NULL,
  api_visible %int% NOT NULL
) %strict%;

-- Projects
CREATE TABLE projects (
  id %id%,
  uuid TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT,
  homepage TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at %int% NOT NULL,
  end_date %int% NOT NULL,
  join_policy TEXT NOT NULL,
  leave_policy TEXT NOT NULL,
  max_members %int% NOT NULL,
  private %int% NOT NULL,
  system_project %int% NOT NULL
) %strict%;

CREATE TABLE memberships (
  id %id%,
  project_id %int% NOT NULL REFERENCES projects (id),
  account_id %int% NOT NULL REFERENCES accounts (id),
  state TEXT NOT NULL,
  UNIQUE (project_id, account_id)
) %strict%;
CREATE INDEX memberships_by_account ON memberships (account_id);

-- The ledger. It names projects, users and resources by their public names and knows nothing else of them.
CREATE TABLE ledger_resources (
  id %id%,
  name TEXT NOT NULL UNIQUE
) %strict%;

CREATE TABLE ledger_projects (
  id %id%,
  project TEXT NOT NULL UNIQUE,
  live %int% NOT NULL
) %strict%;

CREATE TABLE pools (
  project_id %int% NOT NULL REFERENCES ledger_projects (id),
  resource_id %int% NOT NULL REFERENCES ledger_resources (id),
  capacity %int% NOT NULL,
  member_capacity %int% NOT NULL,
  usage_min %int% NOT NULL DEFAULT 0,
  usage_max %int% NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, resource_id)
) %narrow%;

CREATE TABLE seats (
  id %id%,
  project_id %int% NOT NULL REFERENCES ledger_projects (id),
  "user" TEXT NOT NULL,
  open %int% NOT NULL,
  UNIQUE ("user", project_id)
) %strict%;
-- With the user, so that a project of many members is listed page by page.
CREATE INDEX seats_by_project ON seats (project_id, "user");

-- A row comes into being when a seat first draws on a resource (design D4).
CREATE TABLE seat_usages (
  seat_id %int% NOT NULL REFERENCES seats (id),
  resource_id %int% NOT NULL REFERENCES ledger_resources (id),
  usage_min %int% NOT NULL,
  usage_max %int% NOT NULL,
  PRIMARY KEY (seat_id, resource_id)
) %narrow%;

-- Appended once, its state flips once, never deleted (design D6). `provisions` is what was reserved, `accepted` what
-- was taken of it where that differs; `rolled` is whether the usage history has taken it in.
CREATE TABLE commissions (
  serial %key%,
  component TEXT NOT NULL,
  name TEXT NOT NULL,
  issued_at %int% NOT NULL,
  expires_at %int%,
  state %int% NOT NULL,
  resolved_at %int%,
  reason TEXT,
  provisions TEXT NOT NULL,
  accepted TEXT,
  balances TEXT,
  "key" TEXT,
  digest %bytes%,
  rolled %int% NOT NULL DEFAULT 0
) %strict%;
CREATE UNIQUE INDEX commissions_by_key ON commissions (component, "key") WHERE "key" IS NOT NULL;
CREATE INDEX commissions_expiring ON commissions (expires_at) WHERE state = 0 AND expires_at IS NOT NULL;
CREATE INDEX commissions_unrolled ON commissions (serial) WHERE state <> 0 AND rolled = 0;
CREATE INDEX commissions_pending ON commissions (component, serial) WHERE state = 0;

-- Usage over time, derived from the commissions: per holding, and per hour or day in which something was accepted,
-- the sum of the quantities (change) and the sum of quantity times milliseconds left of the hour or day (weighted).
-- The former can pass 64 bits on its way, since commissions are taken in in another order than they were resolved in,
-- and the latter easily, so each is two columns: high times 2^36 plus low.
CREATE TABLE usage_hours (
  kind %int% NOT NULL,
  id %int% NOT NULL,
  resource %int% NOT NULL,
  start %int% NOT NULL,
  change_high %int% NOT NULL,
  change_low %int% NOT NULL,
  weighted_high %int% NOT NULL,
  weighted_low %int% NOT NULL,
  PRIMARY KEY (kind, id, resource, start)
) %narrow%;

CREATE TABLE usage_days (
  kind %int% NOT NULL,
  id %int% NOT NULL,
  resource %int% NOT NULL,
  start %int% NOT NULL,
  change_high %int% NOT NULL,
  change_low %int% NOT NULL,
  weighted_high %int% NOT NULL,
  weighted_low %int% NOT NULL,
  PRIMARY KEY (kind, id, resource, start)
) %narrow%;

-- What only one may do at a time, of all nodes.
-- only: postgres
CREATE TABLE turns (
  name TEXT PRIMARY KEY,
  taken_at %int% NOT NULL
) %strict%;

-- only: postgres
INSERT INTO turns (name, taken_at) VALUES ('verification', 0);

-- Who did what. Appended, never changed.
CREATE TABLE audit (
  id %id%,
  at %int% NOT NULL,
  actor TEXT,
  actor_name TEXT NOT NULL,
  address TEXT,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT,
  reason TEXT
) %strict%;
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_actor ON audit (actor, at, id);
CREATE INDEX audit_by_action ON audit (action, at, id);
CREATE INDEX audit_by_subject ON audit (subject, at, id);

-- What the embedded ledger has changed and not yet written to the rows above: per batch the new counters of each
-- holding it touched, `[[kind, id, resource, usage_min, usage_max], …]`. Replayed in order at the start.
-- only: sqlite
CREATE TABLE ledger_journal (
  seq %key%,
  counters TEXT NOT NULL
) %strict%;

-- only: postgres
CREATE SEQUENCE commission_serials;
