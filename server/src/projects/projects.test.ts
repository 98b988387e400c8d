import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, START_MS } from '../../test/support/engines.ts';
import { person, refusal } from '../../test/support/parts.ts';
import { document, projectsOver } from '../../test/support/projects-parts.ts';
import { UNLIMITED } from '../lib/limits.ts';
import type { Storage, Transaction } from '../storage/storage.ts';

/** Limits as the ledger has them, by project and resource. */
async function poolsOf(storage: Storage, project: string): Promise<Record<string, [bigint, bigint]>> {
  const rows = await storage.db
    .selectFrom('pools')
    .innerJoin('ledger_projects', 'ledger_projects.id', 'pools.project_id')
    .innerJoin('ledger_resources', 'ledger_resources.id', 'pools.resource_id')
    .select(['ledger_resources.name', 'pools.capacity', 'pools.member_capacity'])
    .where('ledger_projects.project', '=', project)
    .orderBy('ledger_resources.name')
    .execute();
  return Object.fromEntries(
    rows.map((row) => [row.name, [BigInt(row.capacity), BigInt(row.member_capacity)]]),
  );
}

/** A project without an application. */
async function insertProject(
  tx: Transaction,
  { uuid, state, owner = null }: { uuid: string; state: string; owner?: string | null },
): Promise<void> {
  await tx.db
    .insertInto('projects')
    .values({
      uuid,
      state,
      name: uuid,
      owner,
      homepage: '',
      description: '',
      created_at: 0,
      end_date: 1,
      join_policy: 'auto',
      leave_policy: 'auto',
      max_members: UNLIMITED,
      private: 0,
      system_project: 0,
    })
    .execute();
}

async function isLive(storage: Storage, project: string): Promise<boolean> {
  const row = await storage.db
    .selectFrom('ledger_projects')
    .select('live')
    .where('project', '=', project)
    .executeTakeFirstOrThrow();
  return row.live === 1;
}

forEachEngine((_engine, open) => {
  async function prepared() {
    const parts = await projectsOver(await open());
    await parts.resources.modify('vm', { systemDefault: 2n });
    return parts;
  }

  test('an accepted account has a system project with the defaults of every resource', async () => {
    const { accounts, projects, storage } = await prepared();
    const { uuid } = await accounts.createActive(person('a@example.org'));
    const project = await projects.get(uuid);
    assert.deepEqual(project, {
      id: project.id,
      uuid,
      state: 'active',
      name: `system:${uuid}`,
      owner: null,
      homepage: '',
      description: 'System project of a@example.org',
      createdAt: START_MS,
      startDate: null,
      endDate: Date.UTC(2130, 0, 1),
      joinPolicy: 'closed',
      leavePolicy: 'closed',
      maxMembers: 1n,
      private: true,
      systemProject: true,
      stateReason: null,
      activatedAt: START_MS,
      deactivatedAt: null,
      members: 1,
      lastApplication: null,
      referenceApplication: null,
    });
    assert.deepEqual(await projects.activeOf(uuid), [uuid]);
    assert.deepEqual(await projects.quotaSourcesOf(uuid), [uuid]);
    assert.deepEqual(await poolsOf(storage, uuid), {
      'astakos.pending_app': [UNLIMITED, UNLIMITED],
      disk: [UNLIMITED, UNLIMITED],
      hidden_ip: [UNLIMITED, UNLIMITED],
      vm: [2n, 2n],
    });
    assert.equal(await isLive(storage, uuid), true);
  });

  test('the owner of a system project can draw from it up to its limit', async () => {
    const { accounts, ledger } = await prepared();
    const { uuid } = await accounts.createActive(person('a@example.org'));
    const issue = (quantity: bigint) =>
      ledger.issue({
        component: 'c',
        name: '',
        force: false,
        autoAccept: true,
        provisions: [{ holder: `user:${uuid}`, source: `project:${uuid}`, resource: 'vm', quantity }],
      });
    assert.equal((await issue(2n)).ok, true);
    assert.equal((await issue(1n)).ok, false);
  });

  test('an account that is not accepted has no project, and an uuid that is taken is refused', async () => {
    const { accounts, projects, storage } = await prepared();
    const account = await accounts.create(person('a@example.org'));
    assert.deepEqual(await projects.activeOf(account.uuid), []);
    await assert.rejects(projects.get(account.uuid), refusal('project_not_found'));
    await assert.rejects(projects.get('a\0b'), refusal('project_not_found'));
    await storage.transaction((tx) => insertProject(tx, { uuid: account.uuid, state: 'uninitialized' }));
    await accounts.verify(account.uuid);
    await assert.rejects(accounts.accept(account.uuid, 'manual'), refusal('project_exists'));
  });

  test('deactivation takes the limits of the system project away, activation gives them back', async () => {
    const { accounts, projects, storage } = await prepared();
    const { uuid } = await accounts.createActive(person('a@example.org'));
    assert.deepEqual(await projects.activeOf(uuid), [uuid]);
    assert.deepEqual(projects.activeOf(uuid), [uuid]);
    await accounts.deactivate(uuid, 'holiday');
    assert.equal((await projects.get(uuid)).state, 'suspended');
    assert.equal(await isLive(storage, uuid), false);
    assert.deepEqual(await projects.activeOf(uuid), []);
    assert.deepEqual(await projects.quotaSourcesOf(uuid), []);
    await accounts.activate(uuid);
    assert.equal(await isLive(storage, uuid), true);
    assert.deepEqual(await projects.activeOf(uuid), [uuid]);
  });

  test('a new resource reaches every project with limits, by the kind of project and of resource', async () => {
    const { accounts, projects, services, storage, ledger } = await prepared();
    const { uuid } = await accounts.createActive(person('a@example.org'));
    await storage.transaction(async (tx) => {
      for (const [name, state] of Object.entries({ alive: 'active', over: 'deleted' })) {
        await insertProject(tx, { uuid: name, state, owner: uuid });
        await ledger.openProject(tx, name);
      }
    });
    await services.import(document('gpu', 'hidden_gpu'));
    const own = await poolsOf(storage, uuid);
    assert.deepEqual(
      [own['gpu'], own['hidden_gpu']],
      [
        [UNLIMITED, UNLIMITED],
        [UNLIMITED, UNLIMITED],
      ],
    );
    assert.deepEqual(own['vm'], [2n, 2n]);
    assert.deepEqual(await poolsOf(storage, 'alive'), { gpu: [0n, 0n], hidden_gpu: [UNLIMITED, UNLIMITED] });
    assert.deepEqual(await poolsOf(storage, 'over'), {});
    assert.equal((await projects.get('alive')).maxMembers, UNLIMITED);
    const [first] = await projects.initialized({ limit: 1 });
    const rest = await projects.initialized({ limit: 10, after: first?.id });
    assert.deepEqual([first?.uuid, ...rest.map((project) => project.uuid)], [uuid, 'alive']);
  });

  test('accounts and resources that come at the same moment miss nothing of each other', async () => {
    const { accounts, services, storage } = await prepared();
    const work = Array.from({ length: 6 }, async (_, index) => {
      const account = accounts.createActive(person(`u${index}@example.org`));
      await services.import(document(`new${index}`));
      return (await account).uuid;
    });
    for (const uuid of await Promise.all(work)) {
      assert.equal(Object.keys(await poolsOf(storage, uuid)).length, 10);
    }
  });
});
