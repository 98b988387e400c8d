import { fillDatabase, filledUser } from '../../../server/test/support/scale/fill-ledger.ts';
import { issueRequestsFor, LARGE_POOL } from '../commission-requests.ts';
import type { Workload } from '../load-plan.ts';
import { populate, RESOURCES } from '../population.ts';
import { databaseUrlOf, type RunningPurser } from '../server-process.ts';
import type { Stage } from '../stage.ts';

export interface FilledLedger {
  server: RunningPurser;
  componentToken: string;
  users: number;
}

const RESOURCE_NAMES = Object.values(RESOURCES);

/**
 * A Purser with this number of usage rows, one for each user and resource. Each user has a project, so there is the
 * same number of pools. The tables are filled while it is not running.
 */
export async function filledLedger(stage: Stage, usageRows: number): Promise<FilledLedger> {
  const users = usageRows / RESOURCE_NAMES.length;
  const directory = stage.directory();
  const database = await stage.database(directory);
  const first = await stage.purser({ directory, database, profileDirectory: undefined });
  const { adminToken } = first;
  const { componentToken } = await populate(first, 0);
  await first.stop();
  await fillDatabase(databaseUrlOf({ directory, database }), { users, resources: RESOURCE_NAMES });
  return { server: await stage.purser({ directory, database, adminToken }), componentToken, users };
}

/** Commissions for users picked at random among all. */
export function issueForAnyone({ componentToken, users }: FilledLedger): Workload {
  return { requests: issueRequestsFor(componentToken, LARGE_POOL, users, filledUser) };
}
