import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, stringifyExact } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { type Office, openOffice, UNKNOWN } from '../../workflow-v1/office.ts';
import { type Ask, asker, assertProblem, items } from '../asking.ts';

const HOUR_MS = 3_600_000;

forEachEngine((_engine, open) => {
  let office: Office;
  let operator: Ask;
  let owner: Ask;

  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      office = await openOffice(open);
      operator = asker(office);
      owner = asker(office, office.owner.token);
      await body();
    });

  const applied = async (name: string): Promise<string> => {
    const answer = await owner('POST', '/projects', {
      name,
      end_date: '2031-05-30',
      resources: { 'cyclades.vm': { project_capacity: 10, member_capacity: 2 } },
      comments: 'Please',
    });
    assert.equal(answer.status, 201, stringifyExact(answer.body));
    return String(answer.body['id']);
  };
  const signedUp = async (project: string): Promise<string> => {
    assert.equal((await office.signUp(project, `${project}@example.org`)).status, 202);
    return (await office.newestTask()).uuid;
  };
  const waiting = async (query = '') =>
    items(await operator('GET', `/approvals${query}`)).map(({ id }) => id);

  check('pending applications and tasks are one list, in either order, page by page', async () => {
    await office.domain.resources.modify('astakos.pending_app', { systemDefault: 100n });
    const expected: string[] = [];
    expected.push(await applied('one.example.org'), await signedUp('one'), await signedUp('two'));
    office.clock.advance(HOUR_MS);
    expected.push(await signedUp('three'));
    office.clock.advance(HOUR_MS);
    expected.push(await signedUp('four'));
    assert.deepEqual(await waiting(), expected);
    assert.deepEqual(await waiting('?order=newest'), expected.toReversed());
    for (const order of ['oldest', 'newest']) {
      const seen: unknown[] = [];
      let next: unknown = null;
      do {
        const after: string = next === null ? '' : `&after=${next}`;
        const page = await operator('GET', `/approvals?limit=1&order=${order}${after}`);
        seen.push(...items(page).map(({ id }) => id));
        next = page.body['next'];
      } while (next !== null);
      assert.deepEqual(seen, order === 'oldest' ? expected : expected.toReversed());
    }
    assertProblem(await operator('GET', '/approvals?after=odd'), 400, 'invalid_field');
    assertProblem(await owner('GET', '/approvals'), 403, 'forbidden');
  });

  check('an application whose name another project has taken meanwhile says so', async () => {
    await office.domain.resources.modify('astakos.pending_app', { systemDefault: 100n });
    const first = await applied('twin.example.org');
    const second = await applied('twin.example.org');
    const approved = await operator('POST', `/applications/${first}/action`, { action: 'approve' });
    assert.equal(approved.status, 200, stringifyExact(approved.body));
    const free = await applied('free.example.org');
    const entries = items(await operator('GET', '/approvals'));
    assert.deepEqual(
      entries.map(({ id, valid, reasons }) => ({ id, valid, reasons })),
      [
        { id: second, valid: false, reasons: ["A project named 'twin.example.org' already exists."] },
        { id: free, valid: true, reasons: [] },
      ],
    );
  });

  check('each entry has its requester, age, effects, and the reasons against it', async () => {
    const application = await applied('one.example.org');
    await office.told(office.owner, 'POST', '/v1/openstack/quotas', {
      project_id: office.project,
      size: 'large',
    });
    await signedUp('lab');
    office.clock.advance(HOUR_MS);
    const [first, ...tasks] = items(await operator('GET', '/approvals'));
    assert.deepEqual(first, {
      kind: 'application',
      id: application,
      about: 'new_project',
      asked_by: office.owner.uuid,
      asked_by_name: 'boss@example.org',
      since: '2026-01-15T12:00:00.000Z',
      age_s: 3600,
      project: first?.['project'],
      project_name: 'one.example.org',
      comments: 'Please',
      replaced: null,
      outlook: {
        projects: ['one.example.org'],
        users: [],
        limits: [
          {
            project: first?.['project'],
            resource: 'cyclades.vm',
            unit: null,
            before: null,
            after: { project_capacity: 10, member_capacity: 2 },
          },
        ],
      },
      valid: true,
      reasons: [],
      running: false,
    });
    const quota = tasks.find(({ about }) => about === 'update_quota');
    const { limits } = (quota as JsonObject)['outlook'] as { limits: Record<string, unknown>[] };
    assert.deepEqual(limits.find(({ resource }) => resource === 'cyclades.vm')?.['after'], {
      project_capacity: 100,
      member_capacity: 100,
    });
    assert.ok(limits.every(({ before }) => before !== null));
    const signUp = tasks.find(({ about }) => about === 'create_project_and_user');
    assert.deepEqual(
      [signUp?.['asked_by'], signUp?.['valid'], signUp?.['reasons']],
      [null, false, ["Existing project with name 'lab'."]],
    );
  });

  check('an application is decided on once, with a reason', async () => {
    const one = await applied('one.example.org');
    const denied = await operator('POST', `/approvals/application/${one}`, {
      decision: 'deny',
      reason: 'Too much',
    });
    assert.deepEqual(denied.body, { kind: 'application', id: one, state: 'denied' });
    assert.equal((await operator('GET', `/applications/${one}`)).body['response'], 'Too much');
    const again = await operator('POST', `/approvals/application/${one}`, { decision: 'approve' });
    assertProblem(again, 409, 'application_state');
    const two = await applied('two.example.org');
    const approved = await operator('POST', `/approvals/application/${two}`, { decision: 'approve' });
    assert.equal(approved.body['state'], 'approved');
    assert.deepEqual(await waiting(), []);
    assertProblem(
      await operator('POST', '/approvals/application/999', { decision: 'approve' }),
      404,
      'application_not_found',
    );
    assertProblem(
      await operator('POST', `/approvals/application/${UNKNOWN}`, { decision: 'approve' }),
      404,
      'application_not_found',
    );
  });

  check('a denied task is cancelled with the reason, and its requester gets a mail', async () => {
    const { task } = await office.told(office.owner, 'POST', '/v1/openstack/quotas', {
      project_id: office.project,
      size: 'large',
    });
    const denied = await operator('POST', `/approvals/task/${task}`, {
      decision: 'deny',
      reason: 'No racks left',
    });
    assert.deepEqual(denied.body, { kind: 'task', id: task, state: 'cancelled' });
    const { notes } = (await operator('GET', `/tasks/${task}`)).body;
    assert.match(String((notes as string[]).at(-1)), /^Cancelled: No racks left - \(/);
    const [mail = ''] = await office.mailsTo('boss@example.org');
    assert.match(mail, /Subject: \[Purser\] Your request was declined/);
    assert.match(mail, /They say: No racks left/);
    const anonymous = await signedUp('plan');
    await operator('POST', `/approvals/task/${anonymous}`, { decision: 'deny' });
    const last = (await office.mailsTo('plan@example.org')).at(-1) ?? '';
    assert.match(last, /Subject: \[Purser\] Your request was declined/);
    assert.doesNotMatch(last, /They say/);
    const late = await operator('POST', `/approvals/task/${anonymous}`, { decision: 'approve' });
    assertProblem(late, 409, 'task_state');
    assertProblem(
      await operator('POST', `/approvals/task/${UNKNOWN}`, { decision: 'deny' }),
      404,
      'task_not_found',
    );
  });

  check('a task is approved once, and only if it is valid', async () => {
    const task = await signedUp('plan');
    const approved = await operator('POST', `/approvals/task/${task}`, {
      decision: 'approve',
      reason: 'Welcome',
    });
    assert.deepEqual(approved.body, { kind: 'task', id: task, state: 'approved' });
    const again = await operator('POST', `/approvals/task/${task}`, { decision: 'approve' });
    assertProblem(again, 409, 'task_state');
    const invalid = await signedUp('lab');
    const refused = await operator('POST', `/approvals/task/${invalid}`, { decision: 'approve' });
    assertProblem(refused, 409, 'task_actions_invalid');
    assertProblem(await owner('POST', `/approvals/task/${invalid}`, { decision: 'deny' }), 403, 'forbidden');
  });
});
