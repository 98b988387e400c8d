import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, START_MS } from '../../../test/support/engines.ts';
import { refusal } from '../../../test/support/parts.ts';
import { ADA, ADMIN, callerOf, workflowOver } from '../../../test/support/workflow-parts.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { FilterInput } from '../store/task-query.ts';

const DAY_MS = 86_400_000;
/** 2030-01-01 is a Tuesday, in the first week of 2030. */
const TUESDAY = START_MS;

forEachEngine((_engine, open) => {
  /** Tasks `1`, `2` and `3`, a day after the other; the first is completed, the second cancelled. */
  async function three() {
    const workflow = workflowOver(await open());
    const { tasks, taskReads, clock } = workflow;
    const uuids: string[] = [];
    for (const [what, type, project] of [
      ['1', 'block', 'p1'],
      ['2', 'cancel', 'P%1'],
      ['3', 'block', 'p_2'],
    ] as const) {
      uuids.push((await tasks.create(type, callerOf('ada', project), { what })).uuid);
      clock.advance(DAY_MS + 1500);
    }
    const [one = '', two = ''] = uuids;
    await tasks.approve(ADMIN, one);
    await tasks.cancel(ADMIN, two);
    const found = async (filters: FilterInput) => {
      const { items } = await taskReads.list({ filters, at: 'all' });
      return items
        .map(({ actions }) => actions[0]?.data['what'])
        .reverse()
        .join('');
    };
    return { ...workflow, uuids, found };
  }

  test('tasks are found by equality, part, prefix and suffix of their fields', async () => {
    const { found, uuids } = await three();
    const cases: [FilterInput, string][] = [
      [{}, '123'],
      [undefined, '123'],
      [{ uuid: { exact: uuids[1] } }, '2'],
      [{ task_id: { exact: uuids[1] } }, '2'],
      [{ task_type: { exact: 'block' } }, '13'],
      [{ task_type: { exact: 'Block' } }, ''],
      [{ task_type: { iexact: 'Block' } }, '13'],
      [{ task_type: { in: ['cancel', 'other'] } }, '2'],
      [{ task_type: { in: [] } }, ''],
      [{ project_id: { contains: '%' } }, '2'],
      [{ project_id: { contains: '_' } }, '3'],
      [{ project_id: { contains: 'P' } }, '2'],
      [{ project_id: { icontains: 'P' } }, '123'],
      [{ project_id: { startswith: 'p' } }, '13'],
      [{ project_id: { istartswith: 'P' } }, '123'],
      [{ project_id: { endswith: '1' } }, '12'],
      [{ project_id: { iendswith: '%1' } }, '2'],
      [{ project_id: { contains: '' } }, '123'],
      [{ project_id: { endswith: '' } }, '123'],
      [{ project_id: { gt: 'p1' } }, '3'],
      [{ project_id: { exact: null } }, ''],
      [{ approved_on: { isnull: true } }, '23'],
      [{ approved_on: { exact: null } }, '23'],
      [{ approved_on: { isnull: 'False' } }, '1'],
      [{ cancelled: { exact: true } }, '2'],
      [{ completed: { exact: 'false' }, cancelled: { exact: 0 } }, '3'],
      [{ cancelled: { in: [true, false] } }, '123'],
      [{ keystone_user: { contains: '"username":"ada@' } }, '123'],
      [{ approved_by: { contains: 'admin' } }, '1'],
      [{ approved_by: { exact: {} } }, '23'],
      [{ task_type: { startswith: 'b', endswith: 'k' }, project_id: { exact: 'p1' } }, '1'],
    ];
    for (const [filters, expected] of cases)
      assert.equal(await found(filters), expected, JSON.stringify(filters));
  });

  test('timestamps are compared as a whole, and by their parts in UTC', async () => {
    const { found } = await three();
    const cases: [FilterInput, string][] = [
      [{ created_on: { exact: '2030-01-01T00:00:00Z' } }, '1'],
      [{ created_on: { gt: '2030-01-01' } }, '23'],
      [{ created_on: { gte: '2030-01-01 01:00+01:00' } }, '123'],
      [{ created_on: { lt: '2030-01-02T00:00:01.500' } }, '1'],
      [{ created_on: { lte: '2030-01-02T00:00:01.500Z' } }, '12'],
      [{ created_on: { range: ['2030-01-02', '2030-01-03'] } }, '2'],
      [{ created_on: { year: 2030, month: 1 } }, '123'],
      [{ created_on: { day: 2 } }, '2'],
      [{ created_on: { day__gte: 2 } }, '23'],
      [{ created_on: { day__in: [1, 3] } }, '13'],
      [{ created_on: { day__range: [1, 2] } }, '12'],
      [{ created_on: { date: '2030-01-03' } }, '3'],
      [{ created_on: { date__gte: '2030-01-02' } }, '23'],
      [{ created_on__date__lt: { exact: '2030-01-02' } }, 'error'],
      [{ created_on__date: { lt: '2030-01-02' } }, '1'],
      [{ created_on: { time: '00:00:01.500' } }, '2'],
      [{ created_on: { time__gt: '00:00' } }, '23'],
      [{ created_on: { second: 1 } }, '2'],
      [{ created_on: { hour: 0, minute: 0 } }, '123'],
      [{ created_on: { week: 1, iso_year: 2030, quarter: 1 } }, '123'],
      [{ created_on: { week_day: 3 } }, '1'],
      [{ created_on: { iso_week_day: 2 } }, '1'],
      [{ completed_on: { year: 2030 } }, '1'],
    ];
    assert.equal(new Date(TUESDAY).getUTCDay(), 2);
    for (const [filters, expected] of cases) {
      const answer = await found(filters).catch(() => 'error');
      assert.equal(answer, expected, JSON.stringify(filters));
    }
  });

  test('tokens and notifications are found by their own fields and by those of their task', async () => {
    const { tasks, taskReads, notifications, script, uuids } = await three();
    script.on['First.approve'] = (run) => {
      run.needToken = true;
    };
    const { uuid } = await tasks.create('cancel', ADA, { what: '4' });
    await tasks.approve(ADMIN, uuid);
    const [token] = await taskReads.listTokens();
    const tokens = async (filters: FilterInput) => (await taskReads.listTokens({ filters })).length;
    assert.equal(await tokens({ token: { exact: token?.handle } }), 1);
    assert.equal(await tokens({ task_id: { exact: uuid }, expires: { gt: '2030-01-01' } }), 1);
    assert.equal(await tokens({ task: { exact: uuid } }), 1);
    assert.equal(await tokens({ task: { task_type__exact: 'cancel' } }), 1);
    assert.equal(await tokens({ task__task_type: { exact: 'block' } }), 0);
    assert.equal(await tokens({ task__created_on__year: { gt: 2029 } }), 1);
    const list = async (filters: FilterInput) => {
      const { items } = await notifications.list({ filters, at: 'all' });
      return items
        .map(({ task }) => [...uuids, uuid].indexOf(task) + 1)
        .reverse()
        .join('');
    };
    assert.equal(await list({ task: { exact: uuids[0] } }), '1');
    assert.equal(await list({ notes: { contains: "'cancel' task" } }), '24');
    assert.equal(await list({ error: { exact: false }, acknowledged: { exact: false } }), '1234');
    assert.equal(await list({ task: { project_id__exact: 'p1' } }), '14');
    assert.equal(await list({ created_on: { date: '2030-01-01' } }), '1');
  });

  test('unsupported filters are refused in the wording that older clients know', async () => {
    const { found, taskReads, notifications } = await three();
    const malformed = {
      code: 'filter_malformed',
      message:
        "Filters incorrectly formatted. Required format: {'filters': {'fieldname': { 'operation': 'value'}}",
    };
    for (const filters of ['text', [], null, 1, { a: 'b' }, { uuid: ['exact', 'x'] }, { uuid: null }]) {
      await assert.rejects(found(filters), malformed, JSON.stringify(filters));
    }
    const choices =
      'action_notes, approved, approved_by, approved_on, cancelled, completed, completed_on, created_on, hash_key, keystone_user, project_id, task_id, task_notes, task_type, uuid';
    await assert.rejects(found({ fake: { exact: 1 } }), {
      code: 'filter_field',
      message: `Cannot resolve keyword 'fake' into field. Choices are: ${choices}`,
    });
    for (const field of ['token', 'action__state', 'constructor', '__proto__', 'task', '']) {
      await assert.rejects(found(JSON.parse(`{"${field}": {"exact": 1}}`)), refusal('filter_field'), field);
    }
    await assert.rejects(
      taskReads.listTokens({ filters: { task__token__digest: { exact: 'x' } } }),
      refusal('filter_operation'),
    );
    await assert.rejects(
      notifications.list({ filters: { notes__uuid: { exact: 1 } }, at: 'all' }),
      refusal('filter_operation'),
    );
    await assert.rejects(found({ task_type: { fake: 1 } }), {
      code: 'filter_operation',
      message: "Unsupported lookup 'fake' for CharField or join on the field not permitted.",
    });
    for (const filters of [
      { cancelled: { contains: 'x' } },
      { cancelled: { gt: true } },
      { created_on: { contains: '2030' } },
      { created_on: { year__year: 1 } },
      { uuid: { exact__exact: 'x' } },
      { uuid: { year: 1 } },
      { uuid: { toString: 1 } },
      { uuid: { '': 'x' } },
    ]) {
      await assert.rejects(found(filters), refusal('filter_operation'), JSON.stringify(filters));
    }
    await assert.rejects(found({ uuid: { regex: '(a+)+$' } }), refusal('filter_regex'));
    await assert.rejects(found({ cancelled: { exact: 'maybe' } }), {
      code: 'filter_value',
      message: "'maybe' value must be either True or False.",
    });
    for (const filters of [
      { created_on: { gt: 'yesterday' } },
      { created_on: { gt: '2030-13-45' } },
      { created_on: { gt: '2030-02-31' } },
      { created_on: { date: '2030-02-29' } },
      { created_on: { gt: 1 } },
      { created_on: { year: 'x' } },
      { created_on: { date: '2030' } },
      { created_on: { time: '1' } },
      { created_on: { range: ['2030-01-01'] } },
      { uuid: { in: 'x' } },
      { uuid: { exact: {} } },
      { uuid: { exact: 'a\0b' } },
      { task_notes: { contains: '\ud800' } },
      { uuid: { contains: null } },
      { uuid: { isnull: 'x' } },
      { uuid: { in: Array.from({ length: LIMITS.filter_values + 1 }, () => 'x') } },
    ]) {
      await assert.rejects(found(filters), refusal('filter_value'), JSON.stringify(filters).slice(0, 80));
    }
  });

  test('pages are read by number with their count, or after an entry, newest first', async () => {
    const { taskReads, notifications } = await three();
    const what = ({ items }: Awaited<ReturnType<typeof taskReads.list>>) =>
      items.map(({ actions }) => actions[0]?.data['what']).join('');
    const first = await taskReads.list({ at: { page: 1, size: 2 } });
    assert.deepEqual([what(first), first.pages, first.hasMore, first.hasPrevious], ['32', 2, true, false]);
    const second = await taskReads.list({ at: { page: 2, size: 2 } });
    assert.deepEqual([what(second), second.pages, second.hasMore, second.hasPrevious], ['1', 2, false, true]);
    for (const page of [0, -1, 3, 9]) {
      await assert.rejects(taskReads.list({ at: { page, size: 2 } }), {
        code: 'page_empty',
        message: 'Empty page',
      });
    }
    const none = await taskReads.list({ filters: { uuid: { exact: 'x' } }, at: { page: 1, size: 5 } });
    assert.deepEqual(none, { items: [], pages: 1, hasMore: false, hasPrevious: false });
    const newest = await taskReads.list({ at: { limit: 1 } });
    assert.deepEqual([what(newest), newest.hasMore, newest.pages], ['3', true, null]);
    const rest = await taskReads.list({ at: { limit: 5, after: newest.items[0]?.uuid } });
    assert.deepEqual([what(rest), rest.hasMore, rest.hasPrevious], ['21', false, true]);
    assert.equal(what(await taskReads.list({ at: { limit: 5, after: "x'" } })), '');
    assert.equal(what(await taskReads.list({ project: 'p_2', at: 'all' })), '3');
    const told = await notifications.list({ at: { page: 2, size: 2 } });
    assert.deepEqual([told.items.length, told.pages], [1, 2]);
    assert.equal(
      (await taskReads.ofProject({ taskTypes: ['block', 'cancel'], projectId: 'p1', completed: true }))
        .length,
      1,
    );
    assert.equal(
      (await taskReads.ofProject({ taskTypes: ['block'], projectId: 'p1', completed: false })).length,
      0,
    );
  });
});
