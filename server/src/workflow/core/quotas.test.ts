import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callerOf, SIZES, type WorkflowOptions, workflowOver } from '../../../test/support/core-workflow.ts';
import { forEachEngine } from '../../../test/support/engines.ts';
import { quotaOf } from './quota-sizes.ts';

const DAY_MS = 86_400_000;

forEachEngine((_engine, open) => {
  async function prepared(options: WorkflowOptions = {}) {
    const parts = await workflowOver(await open(), options);
    const owner = await parts.newUser('owner@example.org');
    const project = await parts.projectOf(owner);
    await parts.identity.addRole(owner.uuid, 'member', project);
    await parts.quota.setQuota(project, 'RegionOne', quotaOf(SIZES['small'] ?? {}));
    const caller = callerOf(owner, project, 'project_admin');
    const { tasks } = parts;
    const ask = (size: string, regions = ['RegionOne']) =>
      tasks.create('update_quota', caller, { project_id: project, size, regions });
    const instances = async () => (await parts.limitsOf(owner.uuid, project, 'cyclades.vm'))?.[0];
    const notes = ({ uuid }: { uuid: string }) => tasks.notes(uuid, 'UpdateProjectQuotasAction');
    return { ...parts, owner, project, caller, ask, instances, notes };
  }

  test('the next larger size needs no approval; a larger one takes effect when it is approved', async () => {
    const { ask, instances, tasks, notes } = await prepared();
    const step = await ask('medium');
    assert.equal(step.completed, true);
    assert.equal(await instances(), 50n);
    assert.deepEqual(notes(step).slice(2, 5), [
      "Project has size 'small' in region: 'RegionOne'",
      "Quota size 'medium' in preapproved list: ['medium']",
      'Auto approve set to True.',
    ]);
    assert.equal(notes(step).at(-1), 'Project quota for region RegionOne set to medium');
    const next = await ask('large');
    assert.deepEqual([next.completed, next.actions[0]?.valid], [false, true]);
    assert.equal(await instances(), 50n);
    assert.ok(notes(next).includes('Quota has already been updated within the auto approve time limit.'));
    assert.equal((await tasks.approve(next.uuid)).completed, true);
    assert.equal(await instances(), 100n);
  });

  test('a smaller size never needs approval, and after a month neither does the next larger one', async () => {
    const { ask, instances, clock } = await prepared();
    await ask('medium');
    clock.advance(32 * DAY_MS);
    assert.equal((await ask('large')).completed, true);
    assert.equal((await ask('small')).completed, true);
    assert.equal(await instances(), 10n);
  });

  test('operators set the days between two changes without approval, and how far a quota may differ from its size', async () => {
    const config = { size_difference_threshold: 5, days_between_autoapprove: 1 };
    const { ask, clock, quota, project, notes } = await prepared({
      actionConfig: { UpdateProjectQuotasAction: config },
    });
    await ask('medium');
    clock.advance(2 * DAY_MS);
    assert.equal((await ask('large')).completed, true);
    await quota.setQuota(project, 'RegionOne', { nova: { instances: 25, cores: 50 } });
    const changed = notes(await ask('small'));
    assert.ok(!changed.includes("Project has size 'custom' in region: 'RegionOne'"), changed.join('\n'));
  });

  test('what changed in another project, or by another kind of action, does not count', async () => {
    const { ask, tasks, owner, projectOf, quota } = await prepared({
      additionalActions: { update_quota: ['SendAdditionalEmailAction'] },
    });
    const other = await projectOf(owner, 'other');
    await quota.setQuota(other, 'RegionOne', quotaOf(SIZES['small'] ?? {}));
    const elsewhere = callerOf(owner, other, 'project_admin');
    const input = { project_id: other, size: 'medium', regions: ['RegionOne'] };
    assert.equal((await tasks.create('update_quota', elsewhere, input)).completed, true);
    assert.equal((await ask('medium')).completed, true);
    assert.equal((await ask('large')).completed, false);
  });

  test('different sizes by region, a custom size, and no sizes wait for approval', async () => {
    const { ask, quota, project, notes } = await prepared();
    await quota.setQuota(project, 'RegionOne', { nova: { instances: 25, cores: 50 } });
    const custom = await ask('medium');
    assert.equal(custom.completed, false);
    assert.ok(notes(custom).includes("Project has size 'custom' in region: 'RegionOne'"));
    assert.ok(notes(custom).includes("Quota size 'medium' not in preapproved list: []"));
    const unordered = await prepared({ quotaSizeOrder: [] });
    const task = await unordered.ask('medium');
    assert.deepEqual([task.completed, task.actions[0]?.valid], [false, true]);
    assert.equal((await unordered.tasks.approve(task.uuid)).completed, true);
  });

  test('a size below the usage is refused, and so are unknown sizes and regions', async () => {
    const { ask, ledger, owner, project, notes, tasks, caller } = await prepared();
    await ask('medium');
    const holdings = [
      { holder: `user:${owner.uuid}`, source: `project:${project}` },
      { holder: `project:${project}`, source: null },
    ];
    const provisions = holdings.map((holding) => ({ ...holding, resource: 'cyclades.vm', quantity: 11n }));
    await ledger.issue({ component: 'c', name: '', force: false, autoAccept: true, provisions });
    await assert.rejects(ask('small'), { message: 'actions invalid' });
    const waiting = await ask('large');
    assert.equal(waiting.actions[0]?.valid, true);
    assert.ok(!notes(waiting).includes('Current usage greater than new quota'));
    const refused = (size: string, regions: string[]) =>
      tasks
        .create('update_quota', caller, { project_id: project, size, regions })
        .catch(({ data }) => data.errors);
    assert.deepEqual(await refused('huge', ['RegionOne']), { size: ['Quota size: huge is not valid'] });
    assert.deepEqual(await refused('small', ['RegionThree']), {
      regions: ['"RegionThree" is not a valid choice.'],
    });
  });

  test('regions without managed quotas are skipped; if none is left, the task is invalid', async () => {
    const { ask, instances, notes } = await prepared({
      services: { '*': ['nova', 'cinder'], RegionTwo: [] },
    });
    const task = await ask('medium', ['RegionOne', 'RegionTwo']);
    assert.equal(task.completed, true);
    assert.equal(await instances(), 50n);
    assert.ok(notes(task).includes('Quota management is disabled in region: RegionTwo'));
    assert.equal(notes(task).at(-1), 'WARNING: Quota management disabled in region RegionTwo, skipping.');
    const none = await ask('large', ['RegionTwo']);
    assert.deepEqual([none.completed, none.actions[0]?.valid], [false, false]);
    assert.ok(notes(none).includes('Quota management is disabled for all specified regions'));
  });

  test('a project that a task creates gets the configured quotas of each region', async () => {
    const { tasks, identity, quota } = await prepared({
      additionalActions: { create_project_and_user: ['SetProjectQuotaAction'] },
      actionConfig: { SetProjectQuotaAction: { region_sizes: { RegionOne: 'small', RegionTwo: 'huge' } } },
    });
    const input = { project_name: 'fresh', email: 'first@example.org' };
    const { uuid } = await tasks.create('create_project_and_user', {}, input);
    await tasks.approve(uuid);
    const project = await identity.findProject('fresh', 'default');
    assert.deepEqual((await quota.quota(project?.id ?? '', 'RegionOne'))['nova'], {
      instances: 10,
      cores: 20,
      ram: 65536,
    });
    assert.deepEqual(tasks.notes(uuid, 'SetProjectQuotaAction').slice(1), [
      'Project quota for region RegionOne set to small',
      "Project quota not defined for size 'huge' in region RegionTwo.",
    ]);
  });
});
