import { sql } from 'kysely';
import type { Storage } from '../../../src/storage/storage.ts';
import { filledUser, numbers, tidy, userExpression } from './fill-ledger.ts';

/** How much of everything there is to be. */
export interface ProjectFilling {
  /** Accounts, each with an active system project. */
  readonly accounts: number;
  /** Active projects beside those, a quarter of them private, owned by the first accounts in turn. */
  readonly projects: number;
  /** Uuid of a project of which all these accounts become members. */
  readonly memberOf: string;
}

/** Number that the first filled project has in its uuid: accounts come before. */
const PROJECTS_FROM = 10_000_000;
const CHUNK = 50_000;
const END = Date.UTC(2099, 0, 1);

/** The uuid of a filled project. */
export const filledProject = (index: number): string => filledUser(PROJECTS_FROM + index);

/**
 * Fills accounts, projects and memberships by SQL, as they would be after years of use: what takes hours through the
 * service is set-up here, and not measured.
 */
export async function fillProjects(storage: Storage, filling: ProjectFilling): Promise<void> {
  const { accounts, projects, memberOf } = filling;
  for (let from = 0; from < accounts; from += CHUNK) {
    const count = Math.min(CHUNK, accounts - from);
    await fillAccounts(storage, numbers(storage, from, count));
    await fillRows(storage, numbers(storage, from, count), true, accounts);
    await fillMemberships(storage, numbers(storage, from, count), memberOf);
  }
  for (let from = 0; from < projects; from += CHUNK) {
    const count = Math.min(CHUNK, projects - from);
    await fillRows(storage, numbers(storage, PROJECTS_FROM + from, count), false, accounts);
  }
  await run(storage, `UPDATE projects SET members = members + ${accounts} WHERE uuid = '${memberOf}'`);
  await tidy(storage);
}

async function fillAccounts(storage: Storage, source: string): Promise<void> {
  await run(
    storage,
    `INSERT INTO accounts (uuid, email, username, first_name, last_name, email_verified, verified_at, moderated,
                           moderated_at, active, default_project, created_at, updated_at)
     SELECT ${userExpression(storage)}, 'user' || numbers.number || '@example.org',
            'user' || numbers.number || '@example.org', 'Test', 'User', 1, 0, 1, 0, 1, ${userExpression(storage)}, 0, 0
       FROM ${source}`,
  );
}

async function fillRows(storage: Storage, source: string, system: boolean, accounts: number): Promise<void> {
  const uuid = userExpression(storage);
  const name = system ? `'system:' || ${uuid}` : `'project' || numbers.number || '.example.org'`;
  const owner = system
    ? 'NULL'
    : `(SELECT uuid FROM accounts WHERE username = 'user' || (numbers.number % ${accounts}) || '@example.org')`;
  await run(
    storage,
    `INSERT INTO projects (uuid, state, name, reserved_name, owner, homepage, description, created_at, activated_at,
                           end_date, join_policy, leave_policy, max_members, members, private, system_project)
     SELECT ${uuid}, 'active', ${name}, ${name}, ${owner}, '', '', 0, 0, ${END}, 'moderated', 'auto',
            1000000, ${system ? 1 : 0}, ${system ? '1' : 'CASE WHEN numbers.number % 4 = 0 THEN 1 ELSE 0 END'},
            ${system ? 1 : 0}
       FROM ${source}`,
  );
  await run(storage, `INSERT INTO ledger_projects (project, live) SELECT ${uuid}, 1 FROM ${source}`);
  await run(
    storage,
    `INSERT INTO pools (project_id, resource_id, capacity, member_capacity, usage_min, usage_max)
     SELECT l.id, r.id, 10, 10, 0, 0 FROM ${source} CROSS JOIN ledger_projects l CROSS JOIN ledger_resources r
      WHERE l.project = ${uuid}`,
  );
}

async function fillMemberships(storage: Storage, source: string, memberOf: string): Promise<void> {
  // CROSS JOIN keeps SQLite from beginning at the larger table and looking through the numbers for each of its rows.
  const accounts = `${source} CROSS JOIN accounts a`;
  const those = `a.uuid = ${userExpression(storage)}`;
  const state = `CASE WHEN numbers.number % 100 = 7 THEN 'requested' ELSE 'accepted' END`;
  await run(
    storage,
    `INSERT INTO memberships (project_id, account_id, state, accepted_at)
     SELECT p.id, a.id, 'accepted', 0 FROM ${accounts} CROSS JOIN projects p WHERE ${those} AND p.uuid = a.uuid`,
  );
  await run(
    storage,
    `INSERT INTO memberships (project_id, account_id, state, requested_at, accepted_at)
     SELECT p.id, a.id, ${state}, 0, 0 FROM ${accounts} CROSS JOIN projects p
      WHERE ${those} AND p.uuid = '${memberOf}'`,
  );
  for (const project of ['a.uuid', `'${memberOf}'`]) {
    await run(
      storage,
      `INSERT INTO seats (project_id, "user", open)
       SELECT l.id, a.uuid, 1 FROM ${accounts} CROSS JOIN ledger_projects l WHERE ${those} AND l.project = ${project}`,
    );
  }
}

async function run(storage: Storage, statement: string): Promise<void> {
  await storage.transaction((tx) => sql.raw(statement).execute(tx.db));
}
