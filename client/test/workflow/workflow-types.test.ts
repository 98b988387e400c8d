import { test } from 'node:test';
import { expectTypeOf } from 'expect-type';
import type {
  Noted,
  Purser,
  TaskFilters,
  WorkflowQuotas,
  WorkflowTask,
  WorkflowUser,
} from '../../src/index.ts';

/** Compiled with the project and never run: errors are found by the compiler. */
async function typesOf({ workflow }: Purser): Promise<void> {
  expectTypeOf((await workflow.tasks.list()).tasks).toEqualTypeOf<readonly WorkflowTask[]>();
  for await (const task of workflow.tasks.all()) expectTypeOf(task).toEqualTypeOf<WorkflowTask>();
  expectTypeOf(await workflow.users.list()).toEqualTypeOf<readonly WorkflowUser[]>();
  expectTypeOf(await workflow.tokens.submit('x', { password: 'y' })).toEqualTypeOf<Noted>();
  expectTypeOf<WorkflowQuotas['quota_sizes'][string][string][string]>().toEqualTypeOf<bigint>();
  expectTypeOf({ created_on: { date__gte: '2031-01-01', isnull: false } }).toExtend<TaskFilters>();
  await workflow.notifications.acknowledge('one', { timeoutMs: 5 });
  await workflow.notifications.acknowledge(['one', 'two']);
  await workflow.tokens.list({ filters: { task__task_type: { exact: 'update_quota' } } });

  // @ts-expect-error an unknown field
  await workflow.tasks.list({ filters: { fake: { exact: 1 } } });
  // @ts-expect-error an operation that the service refuses
  await workflow.tasks.list({ filters: { uuid: { regex: '.*' } } });
  // @ts-expect-error a project name is required
  await workflow.signUp({ email: 'ada@example.org' });
  // @ts-expect-error a size is required
  await workflow.quotas.update({ regions: ['RegionOne'] });
}

test('the workflow client is typed', () => {
  expectTypeOf(typesOf).returns.resolves.toEqualTypeOf<void>();
});
