/** A value that a field is compared with. Times are ISO 8601. */
export type FilterValue = string | number | boolean | null;

type DatePart =
  | 'date'
  | 'time'
  | 'year'
  | 'iso_year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'week_day'
  | 'iso_week_day'
  | 'hour'
  | 'minute'
  | 'second';
type Ordering = 'gt' | 'gte' | 'lt' | 'lte';
type Text = 'contains' | 'startswith' | 'endswith';

/** Conditions on a field; all of them must hold. Text operations that begin with `i` ignore case. */
export type Filter = {
  readonly [Operation in
    | 'exact'
    | 'iexact'
    | Ordering
    | Text
    | `i${Text}`
    | DatePart
    | `${DatePart}__${Ordering}`]?: FilterValue;
} & {
  readonly in?: readonly FilterValue[];
  /** From the first to the second, inclusive. */
  readonly range?: readonly [from: FilterValue, to: FilterValue];
  readonly isnull?: boolean;
};

type Filters<Field extends string> = { readonly [Name in Field]?: Filter | undefined };

type TaskField =
  | 'uuid'
  | 'hash_key'
  | 'keystone_user'
  | 'project_id'
  | 'approved_by'
  | 'task_type'
  | 'task_notes'
  | 'action_notes'
  | 'cancelled'
  | 'approved'
  | 'completed'
  | 'created_on'
  | 'approved_on'
  | 'completed_on';
/** A field of the task of a token or notification. */
type OfTask = 'task' | 'task_id' | `task__${TaskField}`;

/** Filter of tasks, for example `{ task_type: { exact: 'update_quota' }, approved: { exact: false } }`. */
export type TaskFilters = Filters<TaskField>;
/** Filter of tokens. */
export type TokenFilters = Filters<'token' | 'created_on' | 'expires' | OfTask>;
/** Filter of notifications. */
export type NotificationFilters = Filters<
  'uuid' | 'notes' | 'error' | 'acknowledged' | 'created_on' | OfTask
>;
