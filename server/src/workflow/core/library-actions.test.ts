import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  altered,
  callerOf,
  type WorkflowOptions,
  workflowOver,
} from '../../../test/support/core-workflow.ts';
import { forEachEngine } from '../../../test/support/engines.ts';
import type { ActionDefinition } from '../features/action.ts';
import type { NetworkBackend } from '../features/backends.ts';
import { core } from './feature-set.ts';

/** Networks that only say what they would make; a router can be made to fail. */
function namedNetworks() {
  const made: string[] = [];
  const state = { routersFail: false };
  const make = async (what: string, region: string) => {
    made.push(`${what} ${region}`);
    return `${what}-${region}-id`;
  };
  const network: NetworkBackend = {
    createNetwork: (region) => make('net', region),
    createSubnet: (region) => make('subnet', region),
    createRouter: async (region) => {
      if (state.routersFail) throw new Error('no routers');
      return make('router', region);
    },
    addRouterInterface: (region) => make('port', region),
  };
  return { made, state, network };
}

const EXTRA = 'create_project_and_user';
const signUp = {
  project_name: 'fresh',
  email: 'first@example.org',
  region: 'RegionOne',
  setup_network: true,
};

forEachEngine((_engine, open) => {
  const prepared = async (options: WorkflowOptions) => workflowOver(await open(), options);

  test('a new project gets a network with a router, once in each chosen region', async () => {
    const { network, made } = namedNetworks();
    const { tasks, identity } = await prepared({
      replace: () => ({ network }),
      additionalActions: { [EXTRA]: ['NewProjectDefaultNetworkAction'] },
      actionConfig: { NewProjectDefaultNetworkAction: { create_in_all_regions: true } },
    });
    const { uuid } = await tasks.create(EXTRA, {}, signUp);
    await tasks.approve(uuid);
    const all = ['RegionOne', 'RegionTwo'].flatMap((region) =>
      ['net', 'subnet', 'router', 'port'].map((what) => `${what} ${region}`),
    );
    assert.deepEqual(made, all);
    assert.deepEqual(tasks.get(uuid).actions[1]?.cache, {
      network_id_RegionOne: 'net-RegionOne-id',
      subnet_id_RegionOne: 'subnet-RegionOne-id',
      router_id_RegionOne: 'router-RegionOne-id',
      port_id_RegionOne: 'port-RegionOne-id',
      network_id_RegionTwo: 'net-RegionTwo-id',
      subnet_id_RegionTwo: 'subnet-RegionTwo-id',
      router_id_RegionTwo: 'router-RegionTwo-id',
      port_id_RegionTwo: 'port-RegionTwo-id',
    });
    await tasks.approve(uuid);
    assert.deepEqual(made, all);
    const project = await identity.findProject('fresh', 'default');
    assert.deepEqual(tasks.notes(uuid, 'NewProjectDefaultNetworkAction').slice(3, 5), [
      `Network 'default_network' created for project '${project?.id}' in region 'RegionOne'`,
      `Subnet 'subnet-RegionOne-id' created in network 'default_network' created for project '${project?.id}' in region 'RegionOne'`,
    ]);
  });

  test('a partly created network is completed by the next approval', async () => {
    const { network, made, state } = namedNetworks();
    const { tasks } = await prepared({
      replace: () => ({ network }),
      additionalActions: { [EXTRA]: ['NewProjectDefaultNetworkAction'] },
    });
    const { uuid } = await tasks.create(EXTRA, {}, signUp);
    state.routersFail = true;
    await assert.rejects(tasks.approve(uuid), { code: 'task_failed' });
    assert.deepEqual(made, ['net RegionOne', 'subnet RegionOne']);
    assert.match(
      tasks.notes(uuid, 'NewProjectDefaultNetworkAction').at(-1) ?? '',
      /^Error: 'no routers' while creating router 'default_router' for project '.*' in region 'RegionOne'$/,
    );
    state.routersFail = false;
    await tasks.approve(uuid);
    assert.deepEqual(made, ['net RegionOne', 'subnet RegionOne', 'router RegionOne', 'port RegionOne']);
  });

  test('without a network backend, a request for a network is invalid before anything is created', async () => {
    const { tasks, identity } = await prepared({
      additionalActions: { [EXTRA]: ['NewProjectDefaultNetworkAction'] },
    });
    const { uuid } = await tasks.create(EXTRA, {}, signUp);
    await assert.rejects(tasks.approve(uuid), { message: 'actions invalid' });
    assert.equal(await identity.findProject('fresh', 'default'), undefined);
    assert.equal(
      tasks.notes(uuid, 'NewProjectDefaultNetworkAction').at(-1),
      'ERROR: Networks are not available here.',
    );
    const without = await tasks.create(EXTRA, {}, { ...signUp, setup_network: false });
    await tasks.approve(without.uuid);
  });

  test('an existing project of the caller gets a network, and ids stored without regions are still used', async () => {
    const { network, made } = namedNetworks();
    const action = core.actions?.find(({ name }) => name === 'NewDefaultNetworkAction') as ActionDefinition;
    const old: ActionDefinition = {
      ...action,
      name: 'Old',
      approve: (run) => {
        Object.assign(run.cache, { network_id: 'n', subnet_id: 's', router_id: 'r', port_id: 'p' });
        return action.approve(run);
      },
    };
    const { tasks: runs, ...parts } = await prepared({
      replace: () => ({ network }),
      features: {
        name: 'test',
        actions: [old],
        tasks: [
          { name: 'old', actions: ['Old'], duplicates: 'block' },
          { name: 'new', actions: ['NewDefaultNetworkAction'], duplicates: 'block' },
        ],
      },
    });
    const owner = await parts.newUser('owner@example.org');
    const project = await parts.projectOf(owner);
    const caller = callerOf(owner, project, 'project_admin');
    const input = { project_id: project, region: 'RegionOne' };
    const kept = await runs.create('old', caller, input);
    const approved = await runs.approve(kept.uuid);
    assert.deepEqual(made, []);
    assert.equal(approved.actions[0]?.cache['port_id_RegionOne'], 'p');
    const fresh = await runs.create('new', caller, input);
    await runs.approve(fresh.uuid);
    assert.equal(made.length, 4);
    const elsewhere = await runs.create('new', callerOf(owner, owner.uuid, 'project_admin'), input);
    assert.equal(elsewhere.actions[0]?.valid, false);
    const nowhere = await runs.create('new', caller, { ...input, region: 'RegionThree' });
    assert.deepEqual(runs.notes(nowhere.uuid, 'NewDefaultNetworkAction'), ['ERROR: Region does not exist.']);
  });

  test('a user with an account gets a new project', async () => {
    let broken = true;
    const { tasks: runs, ...parts } = await prepared({
      replace: ({ identity }) => ({
        identity: altered(identity, {
          addRole: async (...given) => {
            if (broken) throw new Error('out of order');
            await identity.addRole(...given);
          },
        }),
      }),
      features: {
        name: 'test',
        tasks: [{ name: 'make_project', actions: ['NewProjectAction'], duplicates: 'block' }],
      },
    });
    const owner = await parts.newUser('owner@example.org');
    const project = await parts.projectOf(owner);
    const caller = callerOf(owner, project, 'project_admin');
    const task = await runs.create('make_project', caller, { project_name: 'second', description: 'more' });
    await assert.rejects(runs.approve(task.uuid), { code: 'task_failed' });
    const made = await parts.identity.findProject('second', 'default');
    assert.equal((await parts.projects.get(made?.id ?? '')).owner, owner.uuid);
    broken = false;
    assert.equal((await runs.approve(task.uuid)).completed, true);
    assert.deepEqual(await parts.identity.getRoles(owner.uuid, made?.id ?? ''), ['member', 'project_admin']);
    assert.deepEqual(runs.notes(task.uuid, 'NewProjectAction').slice(-2), [
      'Project already created.',
      `Existing user 'owner@example.org' attached to project ${made?.id} with roles: ['member', 'project_admin']`,
    ]);
    for (const input of [
      { project_name: 'second' },
      { project_name: 'x', domain_id: 'other' },
      { project_name: 'x', parent_id: project },
    ]) {
      assert.equal((await runs.create('make_project', caller, input)).actions[0]?.valid, false);
    }
  });

  test('the configured users join the project that a task creates; without a project the action is invalid', async () => {
    const parts = await prepared({
      additionalActions: {
        [EXTRA]: ['AddDefaultUsersToProjectAction'],
        edit_user_roles: ['AddDefaultUsersToProjectAction'],
      },
      actionConfig: {
        AddDefaultUsersToProjectAction: { default_users: ['help@example.org'], default_roles: ['member'] },
      },
    });
    const help = await parts.newUser('help@example.org');
    const { tasks, identity } = parts;
    const { uuid } = await tasks.create(EXTRA, {}, signUp);
    await tasks.approve(uuid);
    await tasks.approve(uuid);
    const project = await identity.findProject('fresh', 'default');
    assert.deepEqual(await identity.getRoles(help.uuid, project?.id ?? ''), ['member']);
    const notes = tasks.notes(uuid, 'AddDefaultUsersToProjectAction');
    assert.equal(notes.filter((note) => note === 'All users added.').length, 1);
    assert.ok(notes.includes(`User: "help@example.org" given roles: ['member'] on project: ${project?.id}.`));
    const input = { user_id: help.uuid, project_id: project?.id ?? '', roles: ['project_mod'] };
    const admin = callerOf(help, project?.id ?? '', 'project_admin');
    await assert.rejects(tasks.create('edit_user_roles', admin, input), { message: 'actions invalid' });
  });

  test('additional mails go to holders of roles, to addresses of the task, and to configured addresses', async () => {
    let mailing = true;
    const parts = await prepared({
      mailing: () => mailing,
      additionalActions: { invite_user_to_project: ['SendAdditionalEmailAction'] },
      actionConfig: {
        SendAdditionalEmailAction: {
          initial: { template: 'initial.txt', subject: 'one', email_roles: ['project_admin'] },
          approve: {
            template: 'initial.txt',
            subject: 'two',
            email_additional_addresses: ['ops@example.org'],
          },
          submit: { template: 'initial.txt' },
        },
      },
    });
    const { tasks } = parts;
    const owner = await parts.newUser('owner@example.org');
    const second = await parts.newUser('second@example.org');
    const project = await parts.projectOf(owner);
    await parts.identity.addRole(second.uuid, 'project_admin', project);
    const caller = callerOf(owner, project, 'project_admin');
    const invite = (email: string) =>
      tasks.create('invite_user_to_project', caller, { email, roles: ['member'], project_id: project });
    const { uuid } = await invite('new@example.org');
    await tasks.submit(uuid, { password: 'correct horse' });
    assert.deepEqual(
      (await tasks.mailsOf(uuid, 'workflow-additional')).map(({ to, subject }) => [to, subject]),
      [
        [['owner@example.org', 'second@example.org'], 'one'],
        [['ops@example.org'], 'two'],
      ],
    );
    assert.deepEqual(tasks.notes(uuid, 'SendAdditionalEmailAction'), [
      `Adding email addresses for roles {'project_admin'} in project ${project}`,
      "Sending emails to: {'owner@example.org', 'second@example.org'}",
      'Additional email sent. Stage: prepare',
      "Sending emails to: {'ops@example.org'}",
      'Additional email sent. Stage: approve',
      'set()',
      'Email address not set. Stage: submit',
    ]);
    mailing = false;
    const failing = await invite('newer@example.org');
    assert.ok(failing.actions.every(({ valid }) => valid));
    assert.equal(
      tasks.notes(failing.uuid, 'SendAdditionalEmailAction').at(-1),
      'Unable to send additional email. Stage: approve',
    );
  });
});
