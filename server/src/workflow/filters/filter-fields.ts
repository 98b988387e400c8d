/** The kind of a field; the names are those in the messages of the wire. */
export type FieldKind = 'CharField' | 'JSONField' | 'BooleanField' | 'DateTimeField' | 'ForeignKey';

export interface FilterField {
  readonly kind: FieldKind;
  /** The column, with its table's name. */
  readonly column: string;
  /** The column with the same text case-folded and normalised; not needed for ASCII. */
  readonly folded?: string;
}

export type FilterFields = Readonly<Record<string, FilterField>>;

/** Fields of tasks by which lists can be filtered (workflow-v1 §7). */
export const TASK_FIELDS: FilterFields = {
  uuid: { kind: 'CharField', column: 'tasks.uuid' },
  /** The name in an example of the older documentation. */
  task_id: { kind: 'CharField', column: 'tasks.uuid' },
  hash_key: { kind: 'CharField', column: 'tasks.hash_key' },
  keystone_user: { kind: 'JSONField', column: 'tasks.caller', folded: 'tasks.folded_caller' },
  project_id: { kind: 'CharField', column: 'tasks.project_id' },
  approved_by: { kind: 'JSONField', column: 'tasks.approved_by', folded: 'tasks.folded_approved_by' },
  task_type: { kind: 'CharField', column: 'tasks.task_type', folded: 'tasks.folded_task_type' },
  task_notes: { kind: 'JSONField', column: 'tasks.task_notes', folded: 'tasks.folded_task_notes' },
  action_notes: { kind: 'JSONField', column: 'tasks.action_notes', folded: 'tasks.folded_action_notes' },
  cancelled: { kind: 'BooleanField', column: 'tasks.cancelled' },
  approved: { kind: 'BooleanField', column: 'tasks.approved' },
  completed: { kind: 'BooleanField', column: 'tasks.completed' },
  created_on: { kind: 'DateTimeField', column: 'tasks.created_on' },
  approved_on: { kind: 'DateTimeField', column: 'tasks.approved_on' },
  completed_on: { kind: 'DateTimeField', column: 'tasks.completed_on' },
};

/** The task of a token or notification: by its uuid, or by one of its fields. */
const OF_TASK: FilterFields = {
  task: { kind: 'ForeignKey', column: 'tasks.uuid' },
  task_id: { kind: 'CharField', column: 'tasks.uuid' },
};

/** A token is identified by its handle. */
export const TOKEN_FIELDS: FilterFields = {
  token: { kind: 'CharField', column: 'workflow_tokens.handle' },
  ...OF_TASK,
  created_on: { kind: 'DateTimeField', column: 'workflow_tokens.created_on' },
  expires: { kind: 'DateTimeField', column: 'workflow_tokens.expires' },
};

export const NOTIFICATION_FIELDS: FilterFields = {
  uuid: { kind: 'CharField', column: 'notifications.uuid' },
  notes: { kind: 'JSONField', column: 'notifications.notes', folded: 'notifications.folded_notes' },
  ...OF_TASK,
  error: { kind: 'BooleanField', column: 'notifications.error' },
  acknowledged: { kind: 'BooleanField', column: 'notifications.acknowledged' },
  created_on: { kind: 'DateTimeField', column: 'notifications.created_on' },
};
