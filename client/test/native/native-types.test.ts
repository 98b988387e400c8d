import { test } from 'node:test';
import { expectTypeOf } from 'expect-type';
import type {
  CallOptions,
  Charge,
  Commission,
  CommissionIssue,
  List,
  NativeOperations,
  Page,
  Project,
  Provision,
  ProvisionInput,
  Purser,
  Quota,
  User,
  UserCreated,
} from '../../src/index.ts';

/** Compiled with the project and never run: errors are found by the compiler. */
async function typesOf({ api }: Purser): Promise<void> {
  expectTypeOf(api).toExtend<NativeOperations>();
  expectTypeOf(await api.getUser('ada@example.org')).toEqualTypeOf<User>();
  expectTypeOf<UserCreated>().toExtend<User>();
  expectTypeOf(await api.revokeToken('ada@example.org', 5)).toEqualTypeOf<void>();
  expectTypeOf(api.getMe).parameters.toEqualTypeOf<[options?: CallOptions | undefined]>();

  // Quantities that can exceed 2^53 have one type in responses, and two in requests.
  expectTypeOf<Quota['limit']>().toEqualTypeOf<bigint>();
  expectTypeOf<Project['max_members']>().toEqualTypeOf<bigint>();
  expectTypeOf<Provision['quantity']>().toEqualTypeOf<bigint>();
  expectTypeOf<ProvisionInput['quantity']>().toEqualTypeOf<number | bigint>();
  expectTypeOf<Commission['provisions'][number]>().toEqualTypeOf<Provision>();
  expectTypeOf<CommissionIssue['provisions'][number]>().toEqualTypeOf<ProvisionInput>();
  expectTypeOf<Commission['serial']>().toEqualTypeOf<number>();
  expectTypeOf<Provision>().toExtend<ProvisionInput>();

  // Lists return a page, or iterate over all pages.
  expectTypeOf(await api.listUsers()).toEqualTypeOf<Page<User>>();
  expectTypeOf(await api.listUsers({ state: 'active', limit: 5 }, { timeoutMs: 5 })).toEqualTypeOf<
    Page<User>
  >();
  for await (const user of api.listUsers.all({ state: 'active' }, { pageSize: 5 })) {
    expectTypeOf(user).toEqualTypeOf<User>();
  }
  for await (const { name } of api.listTokens.all('ada@example.org'))
    expectTypeOf(name).toEqualTypeOf<string>();
  expectTypeOf(api.listCharges).toExtend<List<[], { from: string }, Charge>>();
  // Optional properties accept undefined.
  await api.listUsers({ state: undefined });
  await api.changeResource('cyclades.vm', { system_default: 5n, project_default: 'inf' });

  // @ts-expect-error the user is required
  await api.getUser();
  // @ts-expect-error an unknown state
  await api.listUsers({ state: 'asleep' });
  // @ts-expect-error an unknown parameter
  await api.listUsers({ stat: 'active' });
  // @ts-expect-error `from` is required
  await api.listCharges({});
  // @ts-expect-error `all` finds its pages itself
  api.listUsers.all({ after: 'x' });
  // @ts-expect-error only lists have `all`
  api.getUser.all('ada@example.org');
  // @ts-expect-error a name is a string
  await api.createUser({ email: 'ada@example.org', first_name: 5 });
  // @ts-expect-error a body that changes nothing
  await api.changeUser('ada@example.org');
  // @ts-expect-error quantities are numbers
  await api.issueCommission({ provisions: [{ holder: '', source: null, resource: '', quantity: '5' }] });
  // @ts-expect-error responses are readonly
  (await api.getMe()).operator = true;
}

test('the types of the native client follow the API description', () => {
  expectTypeOf(typesOf).returns.resolves.toEqualTypeOf<void>();
});
