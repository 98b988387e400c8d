import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareResources, presentComponents, presentResource } from './presentation.ts';

test('a known resource has words of its own', () => {
  const vm = presentResource({ name: 'cyclades.vm', unit: null });
  assert.deepEqual([vm.display_name, vm.pluralized_display_name, vm.group], ['VM', 'VMs', 'compute']);
  const space = presentResource({ name: 'pithos.diskspace', unit: 'bytes' });
  assert.equal(space.pluralized_display_name, space.display_name);
});

test('an unknown resource gets its name and unit', () => {
  assert.deepEqual(presentResource({ name: 'gpu', unit: 'pieces' }), {
    help_text: 'gpu resource',
    help_text_input_each: 'gpu resource',
    help_text_input_total: 'gpu resource',
    report_desc: 'gpu resource',
    placeholder: 'pieces',
    verbose_name: 'gpu',
    is_abbreviation: false,
    group: 'gpu',
    display_name: 'gpu',
    pluralized_display_name: 'gpu',
  });
});

test('the configuration wins over what is built in', () => {
  const overrides = { gpu: { verbose_name: 'gpu', is_abbreviation: true, group: 'compute' } };
  const gpu = presentResource({ name: 'gpu', unit: null }, overrides);
  assert.deepEqual([gpu.display_name, gpu.pluralized_display_name, gpu.group], ['GPU', 'GPUs', 'compute']);
  assert.equal(presentResource({ name: 'constructor', unit: null }, {}).verbose_name, 'constructor');
});

test('resources are ordered as interfaces show them, unknown ones last', () => {
  const names = ['zebra', 'astakos.pending_app', 'cyclades.vm', 'alpha', 'pithos.diskspace'];
  assert.deepEqual(names.sort(compareResources), [
    'pithos.diskspace',
    'cyclades.vm',
    'astakos.pending_app',
    'alpha',
    'zebra',
  ]);
});

test('components come in the order of the cloud bar, unknown ones after the known', () => {
  const components = ['my-service', 'cyclades', 'astakos', 'pithos'].map((name) => ({ name, uiUrl: null }));
  const shown = presentComponents(components, { cyclades: { order: 0, cloudbar: { icon: 'c.png' } } });
  assert.deepEqual(
    shown.map(({ name, order, cloudbar, dashboard }) => [name, order, cloudbar.show, dashboard.order]),
    [
      ['cyclades', 0, true, 2],
      ['astakos', 1, false, 3],
      ['pithos', 2, true, 1],
      ['my-service', 1000, true, 1000],
    ],
  );
  assert.equal(shown[0]?.cloudbar.icon, 'c.png');
  assert.deepEqual(shown[3], {
    name: 'my-service',
    url: null,
    order: 1000,
    verbose_name: 'My Service',
    cloudbar: { show: true, name: 'My Service' },
    dashboard: { show: true, order: 1000, description: 'my-service service' },
  });
});
