import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { oneOf } from '../../storage/one-of.ts';
import type { Storage } from '../../storage/storage.ts';
import type { TaskQuery } from '../store/task-query.ts';
import type { TaskState } from './task.ts';

type Condition = RawBuilder<SqlBool>;

/** Each state as a condition on the columns of a task. */
const STATES: Record<TaskState, Condition> = {
  awaiting: sql<SqlBool>`(tasks.cancelled = 0 AND tasks.completed = 0 AND tasks.approved = 0)`,
  approved: sql<SqlBool>`(tasks.cancelled = 0 AND tasks.completed = 0 AND tasks.approved = 1)`,
  completed: sql<SqlBool>`(tasks.cancelled = 0 AND tasks.completed = 1)`,
  cancelled: sql<SqlBool>`tasks.cancelled = 1`,
};

/** The state as a number. No index fits it, so tasks of several states are read in the order of their creation. */
const NUMBERS: Record<TaskState, number> = { awaiting: 0, approved: 1, completed: 2, cancelled: 3 };
const NUMBER = sql`(CASE WHEN tasks.cancelled = 1 THEN 3 WHEN tasks.completed = 1 THEN 2 ELSE tasks.approved END)`;

/** The conditions of a query beside its filters; all of them have to hold. */
export function taskConditions(storage: Storage, query: Omit<TaskQuery, 'at' | 'filters'>): Condition[] {
  const { project, projects, seenBy, states, taskType, since, until, valid } = query;
  const conditions: Condition[] = [];
  // One project is read in the order of its index; the tasks of several projects are sorted.
  for (const among of [project === undefined ? undefined : [project], projects]) {
    if (among?.length === 1) conditions.push(sql<SqlBool>`tasks.project_id = ${among[0]}`);
    else if (among !== undefined) conditions.push(oneOf(storage, 'tasks.project_id', among));
  }
  if (seenBy !== undefined) {
    conditions.push(sql<SqlBool>`(tasks.person IS NULL OR tasks.person = ${seenBy})`);
  }
  if (states !== undefined) {
    const [only] = states;
    const numbers = [...new Set(states)].map((state) => sql.lit(NUMBERS[state]));
    if (only === undefined) conditions.push(sql<SqlBool>`1 = 0`);
    else if (numbers.length === 1) conditions.push(STATES[only]);
    else conditions.push(sql<SqlBool>`${NUMBER} IN (${sql.join(numbers)})`);
  }
  if (taskType !== undefined) conditions.push(sql<SqlBool>`tasks.task_type = ${taskType}`);
  if (since !== undefined) conditions.push(sql<SqlBool>`tasks.created_on >= ${since}`);
  if (until !== undefined) conditions.push(sql<SqlBool>`tasks.created_on < ${until}`);
  if (valid !== undefined) {
    const wrong = sql<SqlBool>`EXISTS (SELECT 1 FROM actions WHERE actions.task_id = tasks.id AND actions.valid = 0)`;
    conditions.push(valid ? sql<SqlBool>`NOT ${wrong}` : wrong);
  }
  return conditions;
}
