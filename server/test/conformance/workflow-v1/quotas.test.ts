import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { errors, fieldErrors, notes, type Office, openOffice, says } from './office.ts';

/** An office whose first project has the small quotas. */
async function smallOffice(open: Parameters<typeof openOffice>[0], config: object = {}): Promise<Office> {
  const office = await openOffice(open, { config });
  const small = office.domain.settings.quota.sizes['small'] as never;
  await office.backends.quota.setQuota(office.project, 'RegionOne', small);
  return office;
}

interface Region {
  region: string;
  current_quota_size: string;
  quota_change_options: string[];
}

forEachEngine((_engine, open) => {
  test('a project sees its quota size, its options and all sizes', async () => {
    const { told, ask, owner } = await smallOffice(open);
    const body = await told(owner, 'GET', '/v1/openstack/quotas/');
    assert.deepEqual(Object.keys(body).sort(), [
      'active_quota_tasks',
      'quota_size_order',
      'quota_sizes',
      'regions',
    ]);
    assert.deepEqual(body.quota_size_order, ['small', 'medium', 'large']);
    const seen = (body.regions as Region[]).map(({ region, current_quota_size, quota_change_options }) => [
      region,
      current_quota_size,
      quota_change_options,
    ]);
    assert.deepEqual(seen, [
      ['RegionOne', 'small', ['medium']],
      ['RegionTwo', 'small', ['medium']],
    ]);
    for (const parameter of ['regions', 'region']) {
      const { regions } = await told(owner, 'GET', `/v1/openstack/quotas?${parameter}=RegionTwo`);
      assert.deepEqual(
        regions.map(({ region }: Region) => region),
        ['RegionTwo'],
      );
    }
    const usage = async (query: string) =>
      (await told(owner, 'GET', `/v1/openstack/quotas?${query}`)).regions[0].current_usage;
    assert.equal((await usage('')).nova.instances, 0);
    assert.equal((await usage('include_usage=false')).nova.instances, 0);
    assert.deepEqual(await usage('include_usage='), {});
    const unknown = await ask(owner, 'GET', '/v1/openstack/quotas?regions=RegionThree');
    says(unknown, 400, { ERROR: ['Region: RegionThree is not valid'] });
  });

  test('the next size is set at once; a larger one waits for an operator', async () => {
    const { ask, told, owner, newestTask } = await smallOffice(open);
    const size = async () => (await told(owner, 'GET', '/v1/openstack/quotas')).regions[0].current_quota_size;
    const answer = await ask(owner, 'POST', '/v1/openstack/quotas', { size: 'medium', regions: null });
    says(answer, 202, { ...notes('task created'), task: (await newestTask()).uuid });
    assert.equal((await newestTask()).completed, true);
    assert.equal(await size(), 'medium');
    await told(owner, 'POST', '/v1/openstack/quotas', { size: 'large' });
    assert.equal(await size(), 'medium');
    const { uuid } = await newestTask();
    const [waiting] = (await told(owner, 'GET', '/v1/openstack/quotas')).active_quota_tasks;
    assert.deepEqual(waiting, {
      id: uuid,
      regions: ['RegionOne', 'RegionTwo'],
      size: 'large',
      request_user: owner.email,
      task_created: '2026-01-15T12:00:00Z',
      valid: true,
      status: 'Awaiting Approval',
    });
    says(
      await ask('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true }),
      200,
      notes('Task completed successfully.'),
    );
    assert.equal(await size(), 'large');
  });

  test('one region can be given as region or regions, and only its quota changes', async () => {
    const { told, owner, newestTask, stranger } = await smallOffice(open);
    for (const body of [
      { region: 'RegionOne' },
      { regions: ['RegionOne'] },
      { regions: ['RegionOne', 'RegionOne'] },
    ]) {
      await told(owner, 'POST', '/v1/openstack/quotas', {
        size: 'large',
        project_id: stranger.project,
        ...body,
      });
      const { data } = (await newestTask()).actions[0];
      assert.deepEqual([data.regions, data.project_id], [['RegionOne'], owner.project]);
    }
  });

  test('unknown sizes and regions are refused', async () => {
    const { ask, owner } = await smallOffice(open);
    const post = (body: object) => ask(owner, 'POST', '/v1/openstack/quotas', body);
    says(
      await post({ size: 'small', regions: ['RegionThree', 'RegionFour'] }),
      400,
      errors('Invalid regions: RegionThree, RegionFour'),
    );
    const size = await post({ size: 'huge' });
    says(size, 400, fieldErrors({ size: ['Quota size: huge is not valid'] }));
    says(await post({}), 400, fieldErrors({ size: ['This field is required.'] }));
    says(await post({ size: ['small'] }), 400, fieldErrors({ size: ['Not a valid string.'] }));
    says(await post({ size: '' }), 400, fieldErrors({ size: ['This field may not be blank.'] }));
    const long = fieldErrors({ size: ['Ensure this field has no more than 64 characters.'] });
    says(await post({ size: 'x'.repeat(65) }), 400, long);
    const list = fieldErrors({ regions: ['Expected a list of items but got type "str".'] });
    says(await post({ size: 'small', regions: 'RegionOne' }), 400, list);
    const odd = await post({ size: 'small', regions: [5, null, {}, 1.5] });
    says(odd, 400, errors('Invalid regions: 5, None, {}, 1.5'));
  });

  test('a region without managed quotas is left out', async () => {
    const services = { '*': ['nova', 'cinder', 'neutron'], RegionTwo: [] };
    const { ask, told, owner } = await smallOffice(open, { quota: { services } });
    const { regions } = await told(owner, 'GET', '/v1/openstack/quotas');
    assert.deepEqual(
      regions.map(({ region }: Region) => region),
      ['RegionOne'],
    );
    const refused = await ask(owner, 'POST', '/v1/openstack/quotas', {
      size: 'medium',
      regions: ['RegionTwo'],
    });
    says(refused, 400, errors('Unable to update the quotas for the given regions'));
    assert.equal((await ask(owner, 'POST', '/v1/openstack/quotas', { size: 'medium' })).status, 202);
  });

  test('without managed quotas no regions are listed, and a request for any region gets the same refusal', async () => {
    const { ask, told, owner } = await smallOffice(open, { quota: { services: {} } });
    assert.deepEqual((await told(owner, 'GET', '/v1/openstack/quotas')).regions, []);
    for (const regions of [null, ['RegionOne'], ['RegionThree']]) {
      const refused = await ask(owner, 'POST', '/v1/openstack/quotas', { size: 'medium', regions });
      says(refused, 400, errors('Unable to update the quotas for the given regions'));
    }
  });
});
