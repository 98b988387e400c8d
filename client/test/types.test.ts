import { test } from 'node:test';
import { expectTypeOf } from 'expect-type';
import {
  type Access,
  type AccountApplication,
  type AccountClient,
  type AccountProject,
  BadValue,
  type CallOptions,
  type CatalogService,
  type CommissionInfo,
  ConnectionError,
  getTokenFromCookie,
  type MemberQuotas,
  type OneCommission,
  type ProjectSpecs,
  Purser,
  PurserError,
  parseEndpoints,
  QuotaLimit,
  type ReassignedCommission,
  type Resolution,
} from '../src/index.ts';

/** The compiler checks these types with the project; the functions are not run. */
const unrun = (_body: (account: AccountClient) => unknown): void => undefined;

test('all methods are own properties of the object and take the same options last', () => {
  expectTypeOf<Purser['account']>().toEqualTypeOf<AccountClient>();
  type Last<Items extends readonly unknown[]> =
    Required<Items> extends readonly [...unknown[], infer Item] ? Item : never;
  type Options = { [Key in keyof AccountClient]: Last<Parameters<AccountClient[Key]>> };
  expectTypeOf<Options[keyof AccountClient]>().toEqualTypeOf<CallOptions>();
  expectTypeOf<keyof AccountClient>().toEqualTypeOf<
    | 'authenticate'
    | 'getEndpoints'
    | 'validateToken'
    | 'getUserInfo'
    | 'getUsernames'
    | 'getUsername'
    | 'serviceGetUsernames'
    | 'serviceGetUsername'
    | 'getUuids'
    | 'getUuid'
    | 'serviceGetUuids'
    | 'serviceGetUuid'
    | 'getServices'
    | 'getResources'
    | 'sendFeedback'
    | 'setDefaultProject'
    | 'getQuotas'
    | 'serviceGetQuotas'
    | 'serviceGetProjectQuotas'
    | 'issueCommissionGeneric'
    | 'issueOneCommission'
    | 'issueResourceReassignment'
    | 'getPendingCommissions'
    | 'getCommissionInfo'
    | 'commissionAction'
    | 'acceptCommission'
    | 'rejectCommission'
    | 'resolveCommissions'
    | 'getProjects'
    | 'getProject'
    | 'createProject'
    | 'modifyProject'
    | 'projectAction'
    | 'applicationAction'
    | 'getApplications'
    | 'getApplication'
    | 'getMemberships'
    | 'getMembership'
    | 'membershipAction'
    | 'joinProject'
    | 'enrollMember'
  >();
});

test('quantities are always bigint in responses', () => {
  type Leaf = MemberQuotas[string][string];
  expectTypeOf<Leaf['limit']>().toEqualTypeOf<bigint>();
  expectTypeOf<Leaf['project_pending']>().toEqualTypeOf<bigint>();
  expectTypeOf<CommissionInfo['provisions'][number]['quantity']>().toEqualTypeOf<bigint>();
  expectTypeOf<AccountProject['max_members']>().toEqualTypeOf<bigint>();
  expectTypeOf<AccountProject['resources'][string]['member_capacity']>().toEqualTypeOf<bigint>();
  expectTypeOf<AccountApplication['max_members']>().toEqualTypeOf<bigint | null>();
  expectTypeOf<NonNullable<QuotaLimit['excess']>['available']>().toEqualTypeOf<bigint>();
  expectTypeOf<Resolution['accepted'][number]>().toEqualTypeOf<number>();
});

test('responses are typed, including optional properties', () => {
  unrun(async (account) => {
    expectTypeOf(await account.authenticate()).toEqualTypeOf<Access>();
    expectTypeOf((await account.getUsernames([])).a).toEqualTypeOf<string | undefined>();
    expectTypeOf((await account.getQuotas())['p']?.['r']?.usage).toEqualTypeOf<bigint | undefined>();
    expectTypeOf((await account.serviceGetQuotas())['u']).toEqualTypeOf<MemberQuotas | undefined>();
    expectTypeOf(await account.issueCommissionGeneric({})).toEqualTypeOf<number>();
    expectTypeOf(await account.acceptCommission(1)).toEqualTypeOf<void>();
    expectTypeOf(await account.joinProject('p')).toEqualTypeOf<{ readonly id: number }>();
    expectTypeOf(await account.createProject({ name: 'a.b', end_date: new Date() })).toEqualTypeOf<{
      readonly id: string;
      readonly application: number;
    }>();
    expectTypeOf(parseEndpoints(await account.getEndpoints())).toEqualTypeOf<CatalogService[]>();
    expectTypeOf(parseEndpoints(await account.authenticate())[0]?.endpoints[0]?.publicURL).toEqualTypeOf<
      string | undefined
    >();
  });
});

test('a commission accepts both forms of arguments, but not a mixture', () => {
  unrun((account) => {
    const holder = 'uuid';
    account.issueOneCommission({ holder, provisions: { project: { 'cyclades.vm': 1 } } });
    account.issueOneCommission({ holder, provisions: [{ project: 'p', resource: 'r', quantity: 1n }] });
    account.issueOneCommission({ holder, source: 'project', provisions: { 'cyclades.vm': 4n }, force: true });
    account.issueResourceReassignment({ holder, from: 'a', to: 'b', provisions: { r: 1 } });
    account.issueResourceReassignment({
      holder,
      provisions: [{ from: 'a', to: 'b', resource: 'r', quantity: 1 }],
    });
    account.issueCommissionGeneric({
      userProvisions: { u: { p: { r: 1 } } },
      projectProvisions: { p: { r: 1n } },
    });
    // Options of a union type can be passed on unchanged.
    const name = undefined as string | undefined;
    account.issueOneCommission({ holder, source: 'p', provisions: {}, name, key: name }, { retries: 0 });
    account.getProjects({ name, state: undefined });
    account.serviceGetQuotas({ user: name, project: ['a', 'b'] });
    account.applicationAction({ project: undefined, application: 1 }, 'approve', undefined, { timeoutMs: 1 });

    // @ts-expect-error with a source, provisions are by resource
    account.issueOneCommission({ holder, source: 'p', provisions: { p: { 'cyclades.vm': 1 } } });
    // @ts-expect-error without a source, provisions are by project
    account.issueOneCommission({ holder, provisions: { 'cyclades.vm': 1 } });
    // @ts-expect-error a reservation needs a user
    account.issueOneCommission({ source: 'p', provisions: { 'cyclades.vm': 1 } });
    // @ts-expect-error quantities are numbers
    account.issueOneCommission({ holder, source: 'p', provisions: { 'cyclades.vm': '1' } });
    // @ts-expect-error a project to move to is missing
    account.issueResourceReassignment({ holder, from: 'a', provisions: { r: 1 } });
    // @ts-expect-error options are misspelt
    account.issueOneCommission({ holder, source: 'p', provisions: {}, auto_accept: true });
    // @ts-expect-error a user provision names its project
    account.issueCommissionGeneric({ userProvisions: [{ user: 'u', resource: 'r', quantity: 1 }] });
  });
  expectTypeOf<{ holder: string; provisions: { vm: number } }>().not.toExtend<OneCommission>();
  expectTypeOf<{
    holder: string;
    to: string;
    provisions: { vm: number };
  }>().not.toExtend<ReassignedCommission>();
});

test('invalid arguments do not compile', () => {
  unrun((account) => {
    // @ts-expect-error a list is required
    account.getUsernames('uuid');
    // @ts-expect-error only components may list all users
    account.getUsernames(null);
    account.serviceGetUsernames(null);
    // @ts-expect-error serials are numbers
    account.acceptCommission('1');
    // @ts-expect-error an unknown action
    account.commissionAction(1, 'cancel');
    // @ts-expect-error an unknown state
    account.getProjects({ state: 'pending' });
    // @ts-expect-error applications have numbers
    account.applicationAction({ project: 'p' }, 'approve');
    // @ts-expect-error an end date is required
    account.createProject({ name: 'a.b' });
    account.modifyProject('p', {
      description: null,
      resources: { r: { project_capacity: 1n, member_capacity: 1 } },
    });
    // @ts-expect-error both capacities go together
    account.modifyProject('p', { resources: { r: { project_capacity: 1 } } });
    // @ts-expect-error an unknown option
    account.getQuotas({ timeout: 1 });
    // @ts-expect-error criteria are camelCase
    parseEndpoints({ access: { serviceCatalog: [] } }, { version_id: 'v1.0' });
    // @ts-expect-error an unknown kind of server
    new Purser({ url: 'https://example.org', server: 'keystone' });
  });
  expectTypeOf<{ name: string }>().not.toExtend<ProjectSpecs>();
});

test('optional arguments accept undefined', () => {
  const none: undefined = undefined;
  unrun((account) => {
    const purser = new Purser({ url: 'https://example.org', token: none, retries: none, logger: none });
    const options = { signal: none, timeoutMs: none, retries: none };
    account.getQuotas(options);
    account.issueCommissionGeneric({ userProvisions: none, projectProvisions: none }, options);
    account.createProject({ name: 'a.b', end_date: '2100-01-01T00:00Z', description: none });
    purser.api.listUsers.all({ state: none }, { ...options, pageSize: none });
    purser.workflow.tasks.all({ filters: { completed: none } }, { pageSize: none });
    purser.reserve({ user: 'a', resources: {}, name: 'b', key: none }, ({ signal }) =>
      account.getQuotas({ signal }),
    );
    purser.reconcile({ decide: () => 'leave', olderThanMs: none, onProgress: none }, options);
  });
});

test('errors of the client have one base class and typed properties', () => {
  expectTypeOf<QuotaLimit>().toExtend<PurserError>();
  expectTypeOf<BadValue>().toExtend<PurserError>();
  expectTypeOf<ConnectionError>().toExtend<PurserError>();
  expectTypeOf<PurserError['status']>().toEqualTypeOf<number>();
  expectTypeOf<PurserError['data']>().toEqualTypeOf<unknown>();
  expectTypeOf(QuotaLimit).instance.toExtend<Error>();
  expectTypeOf(BadValue).instance.toExtend<PurserError>();
  expectTypeOf(ConnectionError).instance.toExtend<PurserError>();
  expectTypeOf(PurserError).instance.toExtend<Error>();
});

test('the token is found in requests of Node and of fetch, and in plain cookies', () => {
  unrun(() => {
    getTokenFromCookie({} as import('node:http').IncomingMessage, 'name');
    getTokenFromCookie({} as Request, 'name');
    getTokenFromCookie('a=b', 'name');
    getTokenFromCookie({ a: 'b' }, 'name');
    getTokenFromCookie(new Map([['a', 'b']]), 'name');
    // @ts-expect-error a number has no cookies
    getTokenFromCookie(7, 'name');
  });
  expectTypeOf(getTokenFromCookie).returns.toEqualTypeOf<string | null>();
});
