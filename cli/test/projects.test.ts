import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HIDDEN, ROOMY, VISIBLE } from '../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startCommanding } from './support/commanding.ts';
import { purserHere } from './support/running.ts';

const UNLIMITED = 9223372036854775807n;
const DAY_MS = 86_400_000;

forEachEngine((_engine, open) => {
  const start = async () => {
    const cloud = await startCommanding(open);
    const member = await cloud.addUser('member@example.org');
    const owner = cloud.user.token;
    const apply = ['project', 'apply', 'lab.example.org', '--end-date', '2031-05-30'];
    const limits = ['--limit', VISIBLE, '2', '10', '--limit', ROOMY, '1.5GiB', 'inf'];
    /** An approved project of the first user. */
    const active = async (...more: string[]): Promise<string> => {
      const { id, project } = await cloud.json([...apply, ...limits, ...more], owner);
      await cloud.json(['application', 'approve', String(id)]);
      return project;
    };
    return { ...cloud, member, owner, apply, limits, active };
  };

  test('a project is applied for with limits for people, reviewed and approved', async () => {
    const { run, json, owner, apply, limits } = await start();
    const asked = await run(
      [
        ...apply,
        ...limits,
        '--private',
        '--max-members',
        '20',
        '--join-policy',
        'auto',
        '-m',
        'For the course',
      ],
      owner,
    );
    assert.equal(asked.code, 0, asked.stderr);
    assert.equal(asked.stderr, "Application 1 waits for an operator's decision.\n");
    assert.match(asked.stdout, /^CHANGES +name: lab\.example\.org$/m);
    assert.match(asked.stdout, new RegExp(`^ +${ROOMY} unlimited, each member 1\\.5 GiB$`, 'm'));
    const [line] = await json(['project', 'list', '--pending']);
    assert.deepEqual(
      [line.status, line.private, line.max_members, line.join_policy, line.pending_application],
      ['pending', true, 20, 'auto', 1],
    );
    const table = await run(['project', 'list']);
    assert.match(table.stdout, /^ID +NAME +OWNER NAME +STATUS +END DATE +MEMBERS +PENDING APPLICATION$/m);
    assert.match(
      table.stdout,
      /^\S{36} +lab\.example\.org +test1@example\.org +pending +2031-05-(29|30) \S+ +0 +1$/m,
    );
    const shown = await run(['application', 'show', '1']);
    assert.match(shown.stdout, new RegExp(`^PREVIEW +${VISIBLE} nothing → 10 \\(each member 2\\)$`, 'm'));
    assert.match(shown.stdout, /^COMMENTS +For the course$/m);
    const approved = await run(['application', 'approve', '1', '--reason', 'Have fun']);
    assert.equal(approved.stderr, 'Application 1 is approved.\n');
    const [application] = await json(['application', 'list', '--applicant', 'test1@example.org']);
    assert.deepEqual([application.state, application.response], ['approved', 'Have fun']);
    const csv = await run(['application', 'list', '--state', 'approved', '--output', 'csv']);
    assert.match(csv.stdout, /^id,project,project_name,state,creates,/);
  });

  test('applications are changed, denied with a message, dismissed and cancelled', async () => {
    const { run, json, owner, apply, active } = await start();
    const project = await active();
    const change = await json(
      ['project', 'request-change', project, '--limit', VISIBLE, '3', '30', '--message', 'We have grown'],
      owner,
    );
    assert.deepEqual(change.changes, {
      resources: { [VISIBLE]: { unit: null, project_capacity: 30, member_capacity: 3 } },
    });
    await json(['application', 'cancel', String(change.id)], owner);
    const renewal = await json(['project', 'renew', project, '--end-date', '2032-05'], owner);
    assert.deepEqual(renewal.changes, { end_date: '2032-05-01T00:00:00.000Z' });
    // What does not conflict with a pending application is added to it; what would replace it is asked about.
    const later = ['project', 'request-change', project, '--end-date', '2033-05'];
    const unasked = await run(later, owner);
    assert.deepEqual(
      [unasked.code, unasked.stderr],
      [
        2,
        `Replace what application ${renewal.id} asks for, which is pending (end_date)? Confirm with --yes where there is no terminal.\n`,
      ],
    );
    const more = await run(['project', 'request-change', project, '--limit', VISIBLE, '4', '40'], owner);
    assert.match(
      more.stderr,
      new RegExp(`takes the place of application ${renewal.id}. Taken over: end_date.\\n$`),
    );
    const kept = await run(['approval', 'list']);
    assert.match(kept.stdout, new RegExp(` replaces application ${renewal.id} +-$`, 'm'));
    const [merged] = await json(['approval', 'list']);
    const shown = await run(['application', 'show', String(merged.id)]);
    assert.match(
      shown.stdout,
      new RegExp(`^REPLACED +application ${renewal.id}\\n +taken over:\\n +end date: 2032-05-01\\S*$`, 'm'),
    );
    const replacing = await run([...later, '--yes'], owner);
    assert.match(replacing.stderr, /Dropped: end_date\.\n$/);
    assert.match(replacing.stdout, /^REPLACED +application \d+$/m);
    const outlook = ` replaces application ${merged.id} and drops its end_date +-$`;
    assert.match((await run(['approval', 'list'])).stdout, new RegExp(outlook, 'm'));
    const [last] = await json(['approval', 'list']);
    const asApplication = await run(['application', 'show', String(last.id)]);
    const asApproval = await run(['approval', 'list', '--columns', 'replaced']);
    for (const { stdout } of [asApplication, asApproval]) {
      assert.match(stdout, new RegExp(`application ${merged.id}\\n[^]*dropped:\\n *end date: 2032-05-01`));
    }
    const replaced = JSON.parse((await run([...later, '--yes', '--output', 'json'], owner)).stdout);
    renewal.id = replaced.id;
    const other = await json([...apply.with(2, 'other')], owner);
    const denied = await json(['application', 'deny', String(other.id), '--message', 'Ask for less']);
    assert.equal(denied.response, 'Ask for less');
    await json(['application', 'dismiss', String(other.id)], owner);
    const late = await run(['application', 'dismiss', String(other.id)], owner);
    assert.deepEqual(
      [late.code, late.stderr],
      [1, 'An application that is dismissed cannot be dismissed.\n'],
    );
    const refused = await run(['application', 'approve', String(renewal.id)], owner);
    assert.equal(refused.code, 1);
  });

  test('operators change, suspend and end projects, and ask before what is hard to undo', async () => {
    const { run, json, active } = await start();
    const project = await active();
    const changed = await json([
      ...['project', 'modify', project, '--limit', HIDDEN, '1', 'inf', '--end-date', '2032-01-01T10:00Z'],
      ...[
        '--name',
        'renamed',
        '--description',
        'Ours',
        '--leave-policy',
        'closed',
        '--public',
        '--reason',
        'why not',
      ],
    ]);
    assert.deepEqual(changed.resources[HIDDEN], {
      unit: null,
      project_capacity: UNLIMITED,
      member_capacity: 1,
    });
    assert.deepEqual([changed.name, changed.end_date], ['renamed', '2032-01-01T10:00:00.000Z']);
    const suspended = await run(['project', 'suspend', project, '--reason', 'The bill is open']);
    assert.match(suspended.stdout, /^STATE REASON +The bill is open$/m);
    assert.equal(suspended.stderr, 'Project renamed is suspended.\n');
    assert.equal((await json(['project', 'unsuspend', project])).state, 'active');
    const unsure = await run(['project', 'terminate', project]);
    assert.equal(unsure.code, 2);
    assert.match(unsure.stderr, /^Terminate project \S+\? Confirm with --yes/);
    assert.equal((await json(['project', 'terminate', project, '--yes'])).state, 'terminated');
    assert.deepEqual(await json(['project', 'list']), []);
    assert.equal((await json(['project', 'list', '--all', '--name', 'renamed'])).length, 1);
    assert.equal((await json(['project', 'reinstate', project])).state, 'active');
    const [newest] = await json(['project', 'history', project]);
    assert.deepEqual([newest.action, newest.actor_name], ['project.reinstate', 'admin@example.org']);
    const history = await run(['project', 'history', project]);
    assert.match(history.stdout, /^AT +ACTOR NAME +ACTION +BEFORE +AFTER +REASON$/m);
    const missing = await run(['project', 'show', 'nothing']);
    assert.deepEqual(
      [missing.code, missing.stderr],
      [1, "No project has the name or id nothing; 'purser project list --all' shows all that you may see.\n"],
    );
  });

  test('users join, are enrolled, leave; the usage and the members of a project are shown', async () => {
    const { run, json, active, owner, member, call, service } = await start();
    const project = await active('--leave-policy', 'moderated');
    const joined = await run(['membership', 'join', project], member.token);
    assert.match(joined.stderr, /^Membership [0-9]+ is requested\.\n$/);
    const [{ id }] = await json(['membership', 'list', '--state', 'requested'], owner);
    assert.equal((await json(['membership', 'accept', String(id)], owner)).state, 'accepted');
    for (const [name, who, state] of [
      ['leave', member.token, 'leave_requested'],
      ['deny-leave', owner, 'accepted'],
      ['leave', member.token, 'leave_requested'],
      ['cancel-leave', member.token, 'accepted'],
    ] as const) {
      assert.equal((await json(['membership', name, String(id)], who)).state, state);
    }
    const role = ['member@example.org', 'project_mod'];
    assert.equal(
      (await run(['membership', 'grant', project, ...role], owner)).stderr,
      'member@example.org is project_mod now.\n',
    );
    assert.match((await run(['project', 'members', project], owner)).stdout, /project_mod/);
    assert.deepEqual(await json(['membership', 'revoke', project, ...role], owner), {
      project,
      user: 'member@example.org',
      role: 'project_mod',
    });
    const provisions = [
      { holder: `user:${member.uuid}`, source: `project:${project}`, resource: VISIBLE, quantity: 2 },
      { holder: `project:${project}`, source: null, resource: VISIBLE, quantity: 2 },
    ];
    assert.equal((await call('POST', '/commissions', service, { provisions })).status, 201);
    const shown = await run(['project', 'show', project, '--quota', '--members'], owner);
    assert.match(shown.stdout, new RegExp(`^(QUOTA)? +${VISIBLE} 2 of 10$`, 'm'));
    assert.match(shown.stdout, /^MEMBER LIST +member@example\.org accepted$/m);
    const resources = await run(['project', 'resources', project], member.token);
    assert.match(resources.stdout, new RegExp(`^${ROOMY} +unlimited +1\\.5 GiB +0 B +0 B$`, 'm'));
    const chosen = await json(
      ['user', 'modify', 'member@example.org', '--default-project', project],
      member.token,
    );
    assert.equal(chosen.default_project, project);
    assert.equal(
      (await json(['membership', 'remove', String(id), '--reason', 'Done', '--yes'], owner)).reason,
      'Done',
    );
    const again = await json(
      ['membership', 'enroll', project, 'member@example.org', '--role', 'project_admin'],
      owner,
    );
    assert.deepEqual([again.id, again.state], [id, 'accepted']);
    assert.equal((await run(['membership', 'show', String(id)], member.token)).code, 0);
  });

  test('expired projects are found and ended, and all system projects changed in one go', async () => {
    const { run, json, active, purser } = await start();
    const project = await active('--end-date', '2026-01-20');
    assert.deepEqual(await json(['project', 'check-expired']), []);
    assert.equal((await json(['project', 'list', '--ends-before', '2026-02'])).length, 1);
    purser.clock.advance(10 * DAY_MS);
    const expired = await json(['project', 'check-expired']);
    assert.deepEqual(
      expired.map(({ id }: { id: string }) => id),
      [project],
    );
    assert.equal((await run(['project', 'terminate-expired'])).code, 2);
    const ended = await run(['project', 'terminate-expired', '--yes']);
    assert.equal(ended.stderr, '1 projects terminated.\n');
    assert.match(
      ended.stdout,
      /^PROJECT +NAME +END DATE +TERMINATED +ERROR\n\S+ +lab\.example\.org +\S+ \S+ +yes +-$/m,
    );

    const all = ['project', 'set-limits', '--all-system-projects', '--limit', VISIBLE, '4', '4'];
    const changed = await json([...all, '--exclude', 'test1@example.org', '--yes']);
    assert.deepEqual(changed, {
      changed: 2,
      replaced: [100, 9223372036854775807n].map((limit) => ({
        resource: VISIBLE,
        project_capacity: limit,
        member_capacity: limit,
        projects: 1,
      })),
    });
    const quotas = await json(['quota', 'list', '--resource', VISIBLE]);
    const limits = quotas
      .filter(({ user, project }: { user: string; project: string }) => user === project)
      .map(({ limit }: { limit: number }) => limit);
    assert.deepEqual(limits.sort(), [100, 4, 4]);
  });
});

test('projects and memberships asked for wrongly end with 2', async () => {
  const env = { PURSER_URL: 'http://127.0.0.1:9', PURSER_TOKEN: 'some-token' };
  const apply = ['project', 'apply', 'lab'];
  for (const [args, sentence] of [
    [apply, /^Say when the project ends, with --end-date\.$/],
    [[...apply, '--end-date', '2031-05', '--limit', 'cyclades.vm', '2'], /^--limit takes three values/],
    [
      [...apply, '--end-date', '2031-05', '--limit', 'a', '1', '1', 'a', '2', '2'],
      /^--limit is given twice for a\.$/,
    ],
    [[...apply, '--end-date', '2031-05', '--private', '--public'], /cannot be used/],
    [[...apply, '--join-policy', 'open'], /auto, moderated, closed/],
    [['project', 'modify', 'x'], /Say what to change/],
    [['project', 'request-change', 'x'], /Say what to change/],
    [['project', 'renew', 'x'], /--end-date/],
    [['project', 'set-limits', '--limit', 'a', '1', '1'], /--all-system-projects/],
    [['project', 'set-limits', '--all-system-projects', '--yes'], /Say what to change/],
    [['project', 'terminate-expired'], /--yes/],
    [['project', 'show', '..'], /names nothing/],
    [['membership', 'enroll', 'x', 'y', '--role', 'admin'], /project_admin, project_mod/],
    [['application', 'approve'], /missing required argument 'application'/i],
  ] as [string[], RegExp][]) {
    const { code, stderr } = await purserHere(args, { env });
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr.trimEnd(), sentence);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  }
});
