import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { HIDDEN, ROOMY, VISIBLE } from '../../account-v1/cloud.ts';
import { assertProblem, fieldsOf, items } from '../asking.ts';
import { type ProjectsCloud, startProjects, succeeded } from './projects-cloud.ts';

forEachEngine((_engine, open) => {
  let cloud: ProjectsCloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startProjects(open);
      await body();
    });
  const act = (id: unknown, action: string, ask = cloud.operator, reason?: string) =>
    ask('POST', `/applications/${id}/action`, { action, ...(reason !== undefined && { reason }) });

  check(
    'a modification contains only the changes, and reviewers see the limits before and after',
    async () => {
      const { owner, operator, active, stranger } = cloud;
      const project = await active();
      const resources = {
        [VISIBLE]: { project_capacity: 20, member_capacity: 2 },
        [ROOMY]: { project_capacity: '1GiB', member_capacity: '1MiB' },
      };
      const asked = { resources, homepage: 'https://lab.example.org', comments: 'We have grown' };
      const answer = await owner.ask('POST', `/projects/${project}/applications`, asked);
      const application = succeeded(answer, 201);
      assert.equal(answer.headers.get('location'), `/api/applications/${application['id']}`);
      assert.deepEqual(
        [application['creates'], application['changes']],
        [
          false,
          {
            homepage: 'https://lab.example.org',
            resources: {
              [VISIBLE]: { unit: null, project_capacity: 20, member_capacity: 2 },
              [ROOMY]: { unit: 'bytes', project_capacity: 1073741824, member_capacity: 1048576 },
            },
          },
        ],
      );
      const path = `/applications/${application['id']}`;
      const shown = succeeded(await operator('GET', path));
      assert.deepEqual(shown, {
        ...application,
        preview: [
          {
            resource: VISIBLE,
            unit: null,
            before: { project_capacity: 10, member_capacity: 2 },
            after: { project_capacity: 20, member_capacity: 2 },
          },
          {
            resource: ROOMY,
            unit: 'bytes',
            before: { project_capacity: 0, member_capacity: 0 },
            after: { project_capacity: 1073741824, member_capacity: 1048576 },
          },
        ],
      });
      assertProblem(await stranger.ask('GET', path), 403, 'forbidden');
      assertProblem(await act(application['id'], 'approve', owner.ask), 403, 'forbidden');
      succeeded(await act(application['id'], 'approve'));
      const changed = succeeded(await owner.ask('GET', `/projects/${project}`));
      assert.equal(changed['homepage'], 'https://lab.example.org');
      assert.equal(
        (changed['resources'] as Record<string, { project_capacity: number }>)[VISIBLE]?.project_capacity,
        20,
      );
      assertProblem(
        await stranger.ask('POST', `/projects/${project}/applications`, { name: 'mine' }),
        403,
        'forbidden',
      );
    },
  );

  check('only operators see limits of hidden resources', async () => {
    const { owner, operator, active } = cloud;
    const project = await active();
    const resources = { [HIDDEN]: { project_capacity: 1, member_capacity: 1 } };
    const made = succeeded(await operator('POST', `/projects/${project}/applications`, { resources }), 201);
    const preview = async (ask: ProjectsCloud['operator']) =>
      succeeded(await ask('GET', `/applications/${made['id']}`))['preview'];
    assert.deepEqual(((await preview(operator)) as { resource: string }[])[0]?.resource, HIDDEN);
    assert.deepEqual(await preview(owner.ask), []);
  });

  check('a renewal is one request with a later end date', async () => {
    const { owner, active, stranger } = cloud;
    const project = await active();
    const renewal = { end_date: '2032-05-30', comments: 'It goes on' };
    const made = succeeded(await owner.ask('POST', `/projects/${project}/renewal`, renewal), 201);
    assert.deepEqual(made['changes'], { end_date: '2032-05-30T00:00:00.000Z' });
    succeeded(await act(made['id'], 'approve'));
    const renewed = succeeded(await owner.ask('GET', `/projects/${project}`));
    assert.equal(renewed['end_date'], '2032-05-30T00:00:00.000Z');
    for (const end_date of ['2032-05-30', '2031-01-01', '2025-01-01', 'later', '']) {
      const answer = await owner.ask('POST', `/projects/${project}/renewal`, { end_date });
      assert.deepEqual(fieldsOf(answer), ['end_date'], end_date);
    }
    assert.deepEqual(fieldsOf(await owner.ask('POST', `/projects/${project}/renewal`, {})), ['end_date']);
    assertProblem(await stranger.ask('POST', `/projects/${project}/renewal`, renewal), 403, 'forbidden');
    assertProblem(await owner.ask('POST', '/projects/nothing/renewal', renewal), 404, 'project_not_found');
  });

  check(
    'an application is denied, dismissed, cancelled, replaced; only the newest one can change state',
    async () => {
      const { owner, stranger, operator, apply, active } = cloud;
      const first = await apply();
      assertProblem(await act(first.id, 'dismiss', owner.ask), 409, 'application_state');
      assertProblem(await act(first.id, 'deny', owner.ask), 403, 'forbidden');
      const denied = succeeded(await act(first.id, 'deny', operator, 'Ask for less'));
      assert.deepEqual([denied['state'], denied['response']], ['denied', 'Ask for less']);
      assert.equal(succeeded(await owner.ask('GET', `/projects/${first.project}`))['status'], 'denied');
      assertProblem(await act(first.id, 'dismiss', stranger.ask), 403, 'forbidden');
      assert.equal(succeeded(await act(first.id, 'dismiss', owner.ask))['state'], 'dismissed');
      assert.equal(succeeded(await operator('GET', `/projects/${first.project}`))['status'], 'dismissed');

      const project = await active();
      const change = (name: string) =>
        owner.ask('POST', `/projects/${project}/applications`, { description: name });
      const older = succeeded(await change('one'), 201);
      const newer = succeeded(await change('two'), 201);
      assert.equal(succeeded(await operator('GET', `/applications/${older['id']}`))['state'], 'replaced');
      assertProblem(await act(older['id'], 'approve'), 409, 'application_not_last');
      assert.equal(succeeded(await act(newer['id'], 'cancel', owner.ask))['state'], 'cancelled');
      assert.equal(succeeded(await owner.ask('GET', `/projects/${project}`))['description'], '');
      assertProblem(await act(999, 'approve'), 404, 'application_not_found');
      assertProblem(await operator('GET', '/applications/999'), 404, 'application_not_found');
      assert.deepEqual(fieldsOf(await operator('GET', '/applications/x')), ['application']);
      assert.deepEqual(fieldsOf(await act(newer['id'], 'burn')), ['action']);
      const long = await act(newer['id'], 'deny', operator, 'x'.repeat(4097));
      assert.deepEqual(fieldsOf(long), ['reason']);
    },
  );

  check(
    'a request that replaces a pending one keeps its values, and names the kept and the dropped ones',
    async () => {
      const { owner, operator, active, purser } = cloud;
      const project = await active();
      const ask = async (path: string, body: object) =>
        succeeded(await owner.ask('POST', `/projects/${project}/${path}`, body), 201);
      const renewal = await ask('renewal', { end_date: '2032-01-01', comments: 'The course goes on.' });
      assert.equal(renewal['replaced'], null);
      const limits = { [VISIBLE]: { project_capacity: 20, member_capacity: 4 } };
      const more = await ask('applications', { resources: limits, comments: 'We have grown.' });
      const end_date = '2032-01-01T00:00:00.000Z';
      assert.deepEqual(more['replaced'], { application: renewal['id'], kept: { end_date }, dropped: {} });
      assert.deepEqual(more['changes'], {
        end_date,
        resources: { [VISIBLE]: { unit: null, ...limits[VISIBLE] } },
      });
      assert.equal(more['comments'], 'The course goes on.\n\nWe have grown.');
      const later = await ask('renewal', { end_date: '2033-01-01' });
      const kept = { resources: { [VISIBLE]: { unit: null, ...limits[VISIBLE] } } };
      const replaced = { application: more['id'], kept, dropped: { end_date } };
      assert.deepEqual(later['replaced'], replaced);
      assert.deepEqual(
        succeeded(await operator('GET', `/applications/${later['id']}`))['replaced'],
        replaced,
      );
      const [waiting] = items(await operator('GET', '/approvals'));
      assert.deepEqual(waiting?.['replaced'], replaced);
      const only = await ask('applications', { homepage: 'https://lab.example.org', discard_pending: true });
      assert.deepEqual(only['changes'], { homepage: 'https://lab.example.org' });
      assert.deepEqual(only['replaced'], {
        application: later['id'],
        kept: {},
        dropped: { ...kept, end_date: '2033-01-01T00:00:00.000Z' },
      });
      // The older wire cannot express it, so a new application there states all values.
      const { secret: token } = await purser.domain.tokens.issue(owner.uuid, { name: 'older client' });
      const put = await purser.fetch(`/account/v1.0/projects/${project}`, {
        method: 'PUT',
        headers: { 'x-auth-token': token, 'content-type': 'application/json' },
        body: JSON.stringify({ description: 'new' }),
      });
      assert.equal(put.status, 201);
      const { application } = (await put.json()) as { application: number };
      const shown = succeeded(await operator('GET', `/applications/${application}`));
      assert.deepEqual(shown['changes'], { description: 'new' });
      assert.deepEqual(shown['replaced'], {
        application: only['id'],
        kept: {},
        dropped: { homepage: 'https://lab.example.org' },
      });
    },
  );

  check('a decided application shows what its approval changed, whatever has changed since', async () => {
    const { owner, operator, active } = cloud;
    const project = await active();
    const path = `/projects/${project}/applications`;
    const of = (project_capacity: number) => ({ [VISIBLE]: { project_capacity, member_capacity: 2 } });
    const modified = succeeded(await owner.ask('POST', path, { resources: of(20) }), 201);
    const show = async (id: unknown) => succeeded(await operator('GET', `/applications/${id}`))['preview'];
    const change = [
      {
        resource: VISIBLE,
        unit: null,
        before: { project_capacity: 10, member_capacity: 2 },
        after: { project_capacity: 20, member_capacity: 2 },
      },
    ];
    assert.deepEqual(await show(modified['id']), change);
    succeeded(await act(modified['id'], 'approve'));
    assert.deepEqual(await show(modified['id']), change);
    succeeded(await operator('PATCH', `/projects/${project}`, { resources: of(99) }));
    assert.deepEqual(await show(modified['id']), change);
    const denied = succeeded(await owner.ask('POST', path, { resources: of(200) }), 201);
    succeeded(await act(denied['id'], 'deny'));
    assert.deepEqual(await show(denied['id']), []);
  });

  check('two alive projects cannot have the same name, and too many applications are refused', async () => {
    const { owner, apply, active, purser } = cloud;
    const twin = await apply();
    await active();
    assertProblem(await act(twin.id, 'approve'), 409, 'project_name_taken');
    const name = 'lab.example.org';
    const late = await owner.ask('POST', '/projects', { name, end_date: '2031-01-01' });
    assertProblem(late, 409, 'project_name_taken');
    const other = await active({ name: 'other.example.org' });
    const rename = await owner.ask('POST', `/projects/${other}/applications`, { name });
    assertProblem(rename, 409, 'project_name_taken');
    const own = [{ resource: 'astakos.pending_app', capacity: 1n, memberCapacity: 1n }];
    await purser.domain.storage.transaction((tx) => purser.domain.ledger.setPools(tx, owner.uuid, own));
    const more = await owner.ask('POST', '/projects', { name: 'more', end_date: '2031-01-01' });
    assertProblem(more, 409, 'too_many_pending');
  });

  check('pending applications count against the smaller limit of the project and of its member', async () => {
    const { owner, purser, apply } = cloud;
    await apply({ name: 'first.example.org' });
    const limitTo = (capacity: bigint, memberCapacity: bigint) => {
      const pools = [{ resource: 'astakos.pending_app', capacity, memberCapacity }];
      return purser.domain.storage.transaction((tx) => purser.domain.ledger.setPools(tx, owner.uuid, pools));
    };
    const second = { name: 'second.example.org', end_date: '2031-01-01' };
    await limitTo(2n, 1n);
    assertProblem(await owner.ask('POST', '/projects', second), 409, 'too_many_pending');
    await limitTo(1n, 2n);
    assertProblem(await owner.ask('POST', '/projects', second), 409, 'too_many_pending');
    await limitTo(2n, 2n);
    succeeded(await owner.ask('POST', '/projects', second), 201);
  });

  check('users list the applications that concern them, with every filter', async () => {
    const { owner, member, stranger, operator, apply, active } = cloud;
    const project = await active();
    const admin = { user: member.email, roles: ['project_admin'] };
    succeeded(await owner.ask('POST', `/projects/${project}/memberships`, admin), 201);
    const gift = { name: 'gift', owner: stranger.email, end_date: '2031-01-01' };
    const given = succeeded(await owner.ask('POST', '/projects', gift), 201);
    const waiting = await apply({ name: 'more.example.org' });
    const ids = async (query: string, ask = operator) =>
      items(await ask('GET', `/applications?${query}`)).map(({ id }) => id);
    const approved = 1;
    assert.deepEqual(await ids(''), [approved, given['id'], waiting.id]);
    assert.deepEqual(await ids('', owner.ask), [approved, given['id'], waiting.id]);
    assert.deepEqual(await ids('', member.ask), [approved]);
    assert.deepEqual(await ids('', stranger.ask), [given['id']]);
    assert.deepEqual(await ids('state=pending'), [given['id'], waiting.id]);
    assert.deepEqual(await ids('state=approved,denied'), [approved]);
    assert.deepEqual(await ids(`project=${waiting.project}`), [waiting.id]);
    assert.deepEqual(await ids(`applicant=${owner.email}`), [approved, given['id'], waiting.id]);
    assert.deepEqual(await ids(`owner=${stranger.email}`), [given['id']]);
    assert.deepEqual(await ids('project=nothing'), []);
    assert.deepEqual(await ids('limit=1'), [approved]);
    assert.deepEqual(fieldsOf(await operator('GET', '/applications?state=open')), ['state']);
    assertProblem(
      await operator('GET', '/applications?applicant=unknown@example.org'),
      404,
      'account_not_found',
    );
  });
});
