import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mebibytes, SIZES, workflowOver } from '../../test/support/core-workflow.ts';
import { forEachEngine } from '../../test/support/engines.ts';
import { UNLIMITED } from '../lib/limits.ts';
import { quotaOf } from '../workflow/core/quota-sizes.ts';

forEachEngine((_engine, open) => {
  async function prepared() {
    const parts = await workflowOver(await open(), {
      services: { '*': ['nova', 'cinder', 'neutron', 'trove'], RegionTwo: [] },
    });
    const owner = await parts.newUser('owner@example.org');
    const project = await parts.projectOf(owner);
    await parts.identity.addRole(owner.uuid, 'member', project);
    return { ...parts, owner, project };
  }

  test('a size sets the limits of the project and of its members, in the units of the resources', async () => {
    const { quota, project, owner, limitsOf } = await prepared();
    assert.deepEqual(await limitsOf(owner.uuid, project, 'cyclades.vm'), [0n, 0n]);
    await quota.setQuota(project, 'RegionOne', quotaOf(SIZES['small'] ?? {}));
    assert.deepEqual(await limitsOf(owner.uuid, project, 'cyclades.vm'), [10n, 10n]);
    assert.deepEqual(await limitsOf(owner.uuid, project, 'cyclades.total_cpu'), [20n, 20n]);
    assert.deepEqual(await limitsOf(owner.uuid, project, 'cyclades.ram'), [
      mebibytes(65536),
      mebibytes(65536),
    ]);
    await quota.setQuota(project, 'RegionOne', quotaOf(SIZES['medium'] ?? {}));
    assert.deepEqual(await limitsOf(owner.uuid, project, 'cyclades.vm'), [50n, 50n]);
    assert.deepEqual(await quota.quota(project, 'RegionOne'), {
      nova: { instances: 50, cores: 100, ram: 327680 },
      cinder: { gigabytes: 10000 },
    });
  });

  test('unmentioned quotas stay, negative means unlimited, and uncounted quotas are ignored', async () => {
    const { quota, project, owner, limitsOf } = await prepared();
    await quota.setQuota(project, 'RegionOne', {
      nova: { instances: -1, ram: 9223372036854775807n, key_pairs: 3 },
    });
    assert.deepEqual(await limitsOf(owner.uuid, project, 'cyclades.vm'), [UNLIMITED, UNLIMITED]);
    assert.deepEqual(await quota.quota(project, 'RegionOne'), {
      nova: { instances: -1, cores: 0, ram: -1 },
      cinder: { gigabytes: 0 },
    });
    await quota.setQuota(project, 'RegionOne', { trove: { volumes: 3 } });
  });

  test('usage is that of the ledger, rounded up to whole units', async () => {
    const { quota, project, owner, ledger } = await prepared();
    await quota.setQuota(project, 'RegionOne', quotaOf(SIZES['small'] ?? {}));
    const member = { holder: `user:${owner.uuid}`, source: `project:${project}` };
    const whole = { holder: `project:${project}`, source: null };
    const provisions = [member, whole].flatMap((holding) => [
      { ...holding, resource: 'cyclades.vm', quantity: 2n },
      { ...holding, resource: 'cyclades.ram', quantity: 1n },
    ]);
    const request = { component: 'c', name: '', force: false, autoAccept: true };
    assert.equal((await ledger.issue({ ...request, provisions })).ok, true);
    assert.deepEqual(await quota.usage(project, 'RegionOne'), {
      nova: { instances: 2, cores: 0, ram: 1 },
      cinder: { gigabytes: 0 },
    });
  });

  test('settings map a quota to resources, and can remove one', async () => {
    const { quota, newUser, projectOf } = await workflowOver(await open(), {
      mapping: {
        nova: { ram: null, instances: { resources: ['vm'], factor: 2n } },
        trove: { volumes: { resources: ['disk'], factor: 1n } },
      },
      services: { '*': ['nova', 'trove'] },
    });
    const project = await projectOf(await newUser('owner@example.org'));
    await quota.setQuota(project, 'RegionOne', { nova: { instances: 3, ram: 9 }, trove: { volumes: 4 } });
    assert.deepEqual(await quota.quota(project, 'RegionOne'), {
      nova: { instances: 3, cores: 0 },
      trove: { volumes: 4 },
    });
  });

  test('no quotas are managed where the settings exclude them, and for unknown services', async () => {
    const { quota, project } = await prepared();
    assert.deepEqual(quota.servicesIn('RegionTwo'), []);
    assert.deepEqual(quota.servicesIn('RegionOne'), ['nova', 'cinder', 'neutron']);
    assert.deepEqual(await quota.quota(project, 'RegionTwo'), {});
  });
});
