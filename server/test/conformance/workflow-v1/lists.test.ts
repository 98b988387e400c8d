import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { errors, type Office, openOffice, says } from './office.ts';

const FORMAT = errors(
  "Filters incorrectly formatted. Required format: {'filters': {'fieldname': { 'operation': 'value'}}",
);

/** Two invitations and a sign-up, a second apart. */
async function withTasks(open: Parameters<typeof openOffice>[0]): Promise<Office> {
  const office = await openOffice(open);
  await office.invite('one@example.org');
  office.clock.advance(1000);
  await office.invite('two@example.org');
  office.clock.advance(1000);
  await office.signUp('plan', 'three@example.org');
  return office;
}

const asked = (filters: unknown): string =>
  `filters=${encodeURIComponent(typeof filters === 'string' ? filters : JSON.stringify(filters))}`;

forEachEngine((_engine, open) => {
  test('tasks are listed newest first, all of them unless a page is requested', async () => {
    const { told } = await withTasks(open);
    const body = await told('admin', 'GET', '/v1/tasks?page=7');
    assert.deepEqual(Object.keys(body), ['tasks']);
    const days = body.tasks.map(({ created_on }: { created_on: string }) => created_on);
    assert.deepEqual(days, ['2026-01-15T12:00:02Z', '2026-01-15T12:00:01Z', '2026-01-15T12:00:00Z']);
  });

  test('a page says how many pages there are, and whether there is a next and a previous one', async () => {
    const { ask, told } = await withTasks(open);
    const { tasks } = await told('admin', 'GET', '/v1/tasks');
    const page = (query: string) => told('admin', 'GET', `/v1/tasks?${query}`);
    const first = { tasks: tasks.slice(0, 2), pages: 2, has_more: true, has_prev: false };
    assert.deepEqual(await page('tasks_per_page=2'), first);
    assert.deepEqual(await page('tasks_per_page=2&page=1'), first);
    const second = { tasks: tasks.slice(2), pages: 2, has_more: false, has_prev: true };
    assert.deepEqual(await page('tasks_per_page=2&page=2'), second);
    assert.equal((await page('tasks_per_page=99999999999999999999')).tasks.length, 3);
    for (const number of ['9', '0', '-1', '99999999999999999999']) {
      says(await ask('admin', 'GET', `/v1/tasks?tasks_per_page=2&page=${number}`), 400, errors('Empty page'));
    }
    for (const number of ['x', '1.5', '1e2', '0x1', '%00']) {
      says(
        await ask('admin', 'GET', `/v1/tasks?tasks_per_page=2&page=${number}`),
        400,
        errors('Page not an integer'),
      );
      assert.equal((await ask('admin', 'GET', `/v1/tasks?tasks_per_page=${number}`)).status, 400);
      assert.equal(
        (await ask('admin', 'GET', `/v1/notifications?notifications_per_page=${number}`)).status,
        400,
      );
    }
    assert.equal((await ask('admin', 'GET', '/v1/tasks?tasks_per_page=0')).status, 400);
    const none = { tasks: [], pages: 1, has_more: false, has_prev: false };
    const filter = asked({ task_type: { exact: 'nothing' } });
    assert.deepEqual(await page(`tasks_per_page=5&page=1&${filter}`), none);
    const { notifications, ...paging } = await told(
      'admin',
      'GET',
      '/v1/notifications?notifications_per_page=5',
    );
    assert.equal(notifications.length, 1);
    assert.deepEqual(paging, { pages: 1, has_more: false, has_prev: false });
  });

  test('filters apply to any field, and all of them have to hold', async () => {
    const { told, project, owner } = await withTasks(open);
    const count = async (filters: unknown, list = 'tasks') =>
      (await told('admin', 'GET', `/v1/${list}?${asked(filters)}`))[list.replace(/s?$/, 's')].length;
    const cases: [unknown, number][] = [
      ['', 3],
      [{}, 3],
      [{ task_type: { exact: 'create_project_and_user' } }, 1],
      [{ task_type: { exact: 'invite_user_to_project' } }, 2],
      [{ filters: { task_type: { exact: 'invite_user_to_project' } } }, 2],
      [{ task_type: { in: ['create_project_and_user', 'x'] } }, 1],
      [{ task_type: { icontains: 'INVITE', endswith: 'project' } }, 2],
      [{ task_type: { startswith: 'in%' } }, 0],
      [{ project_id: { exact: null } }, 1],
      [{ project_id: { isnull: false } }, 2],
      [{ project_id: { exact: project }, cancelled: { exact: true } }, 0],
      [{ approved: { exact: false } }, 1],
      [{ created_on: { gte: '2026-01-15T12:00:01Z' } }, 2],
      [{ created_on: { range: ['2026-01-15T12:00:00Z', '2026-01-15T12:00:01Z'] } }, 2],
      [{ created_on: { date: '2026-01-15' } }, 3],
      [{ created_on: { year__gt: 2025 } }, 3],
      [{ keystone_user: { contains: owner.email } }, 2],
      [{ action_notes: { contains: 'NewProjectWithUserAction' } }, 1],
    ];
    for (const [filters, expected] of cases) {
      assert.equal(await count(filters), expected, JSON.stringify(filters));
    }
    assert.equal(await count({ task__task_type: { exact: 'invite_user_to_project' } }, 'tokens'), 2);
    assert.equal(await count({ task: { project_id__exact: project } }, 'token'), 2);
    assert.equal(await count({ acknowledged: { exact: false } }, 'notifications'), 1);
    assert.equal(await count({ error: { exact: true } }, 'notification'), 0);
  });

  test("malformed filters, and unknown fields and operations, are refused in the older service's wording", async () => {
    const { ask } = await withTasks(open);
    for (const list of ['tasks', 'tokens', 'token', 'notifications', 'notification']) {
      for (const filters of [
        'nonsense',
        '{',
        '"text"',
        '[]',
        'null',
        '5',
        '{"a": "b"}',
        '{"a": ["exact", "x"]}',
      ]) {
        says(await ask('admin', 'GET', `/v1/${list}?${asked(filters)}`), 400, FORMAT);
      }
      const refusal = async (filters: unknown): Promise<string> => {
        const answer = await ask('admin', 'GET', `/v1/${list}?${asked(filters)}`);
        assert.equal(answer.status, 400, `${JSON.stringify(filters)} ${answer.text}`);
        return answer.json.errors[0];
      };
      assert.match(
        await refusal({ fake: { exact: 'x' } }),
        /^Cannot resolve keyword 'fake' into field\. Choices are: /,
      );
      assert.match(await refusal({ __proto__x: { exact: 'x' } }), /^Cannot resolve keyword /);
      assert.match(await refusal({ 'created_on;--': { exact: 'x' } }), /^Cannot resolve keyword /);
      assert.match(
        await refusal({ created_on: { near: 'x' } }),
        /^Unsupported lookup 'near' for DateTimeField or join/,
      );
      for (const wrong of [
        { created_on: { gt: 'yesterday' } },
        { created_on: { in: 'x' } },
        { created_on: { range: ['2026-01-15'] } },
        { created_on: { isnull: 'maybe' } },
        { created_on: { regex: '(a+)+$' } },
      ]) {
        assert.ok(await refusal(wrong));
      }
    }
    const tokens = await ask('admin', 'GET', `/v1/tasks?${asked({ token__token: { contains: 'a' } })}`);
    assert.equal(tokens.status, 400);
  });
});
