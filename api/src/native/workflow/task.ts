import { type Static, Type } from 'typebox';
import { nullable, PageQuery, Time } from '../common.ts';
import { Reason } from '../projects/project-fields.ts';
import { Outlook } from './outlook.ts';

export const TaskState = Type.Enum(['awaiting', 'approved', 'completed', 'cancelled'], {
  type: 'string',
  description:
    '`awaiting` an approval; `approved`, but its token is not submitted yet; closed: `completed` or `cancelled`.',
});

const Texts = Type.Array(Type.String());

/** The actor of a change of a task: a user, an unauthenticated requester, or the service itself. */
const Person = (description: string) => nullable(Type.String({ description }));

const TaskAction = Type.Object({
  name: Type.String(),
  valid: Type.Boolean(),
  data: Type.Record(Type.String(), Type.Unknown(), {
    description: 'The input of the action, validated and completed.',
  }),
  notes: Type.Array(Type.String(), { description: 'Notes of the action, each with its time.' }),
  need_token: Type.Boolean({ description: 'Whether it completes only when its token is submitted.' }),
  token_fields: Type.Array(Type.String(), { description: 'Fields that must be sent with the token.' }),
});

const Running = Type.Unsafe<{ stage: string; action: number; actions: number; since: string } | null>({
  type: ['object', 'null'],
  description: 'The running stage: number of the action, number of actions, and start time.',
  properties: {
    stage: { type: 'string', enum: ['prepare', 'approve', 'submit'] },
    action: { type: 'integer' },
    actions: { type: 'integer' },
    since: { type: 'string', format: 'date-time' },
  },
  required: ['stage', 'action', 'actions', 'since'],
});

const properties = {
  id: Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Uuid of the task, without hyphens.' }),
  type: Type.String({ examples: ['create_project_and_user'] }),
  state: TaskState,
  valid: Type.Boolean({ description: 'Whether all of its actions are valid.' }),
  asked_by: Person('Uuid of the requester; null for an unauthenticated request.'),
  asked_by_name: Person('Name of the requester at that time.'),
  project: nullable(Type.String({ description: 'Uuid of the project in which it was requested.' })),
  approved_by: Person('Uuid of the approver; null if the task is not approved or the service approved it.'),
  approved_by_name: Person('Name of the approver at that time; `system` for the service.'),
  created_at: Time,
  approved_at: nullable(Time),
  completed_at: nullable(Time),
  running: Running,
};

const example = {
  id: 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5',
  type: 'update_quota',
  state: 'awaiting',
  valid: true,
  asked_by: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
  asked_by_name: 'ada@example.org',
  project: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11',
  approved_by: null,
  approved_by_name: null,
  created_at: '2031-05-30T10:03:37.000Z',
  approved_at: null,
  completed_at: null,
  running: null,
};

export const Task = Type.Object(properties, {
  $id: 'Task',
  description: 'A task: a request that is completed after an approval, a submission of its token, or both.',
  examples: [example],
});
export type Task = Static<typeof Task>;

export const TaskDetails = Type.Object(
  {
    ...properties,
    actions: Type.Array(TaskAction, { description: 'Its actions, in order.' }),
    reasons: Type.Array(Type.String(), {
      description: 'Notes of the invalid actions; empty if all actions are valid.',
    }),
    notes: Texts,
    outlook: Outlook,
  },
  {
    $id: 'TaskDetails',
    description: 'A task with all its details.',
    examples: [
      {
        ...example,
        actions: [
          {
            name: 'UpdateProjectQuotasAction',
            valid: true,
            data: {
              project_id: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11',
              size: 'large',
              regions: ['RegionOne'],
            },
            notes: ['Auto approve set to False. - (2031-05-30 10:03:37+00:00)'],
            need_token: false,
            token_fields: [],
          },
        ],
        reasons: [],
        notes: ['Actions allow auto aproval, but task does not. - (2031-05-30 10:03:37+00:00)'],
        outlook: { projects: [], users: [], limits: [] },
      },
    ],
  },
);
export type TaskDetails = Static<typeof TaskDetails>;

const time = { minLength: 1, maxLength: 64 };

export const TaskQuery = Type.Object(
  {
    ...PageQuery.properties,
    state: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Only tasks in this state, or in one of several, separated by commas.',
        examples: ['awaiting'],
      }),
    ),
    type: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'Only tasks of this type.' }),
    ),
    project: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'Only tasks of this project: uuid.' }),
    ),
    since: Type.Optional(
      Type.String({ ...time, description: 'Only tasks created from this time or day (UTC) on.' }),
    ),
    until: Type.Optional(
      Type.String({ ...time, description: 'Only tasks created before this time or day (UTC).' }),
    ),
    valid: Type.Optional(Type.Boolean({ description: 'True: only valid tasks; false: only invalid ones.' })),
  },
  { additionalProperties: false },
);

export const TaskPath = Type.Object({
  task: Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Id of a task.', examples: [example.id] }),
});

/** New input of a task: that of all of its actions, in one object. */
export const TaskUpdate = Type.Record(Type.String(), Type.Unknown(), {
  description: 'The input of all actions of the task; replaces the previous input.',
  examples: [{ project_name: 'lab', email: 'ada@example.org' }],
});

export const TaskAct = Type.Object(
  {
    action: Type.Enum(['approve', 'cancel', 'reissue_token'], {
      type: 'string',
      description:
        '`approve` is for operators. `cancel` closes a task permanently. `reissue_token` sends a new token by mail, which ' +
        'replaces the present one.',
    }),
    reason: Type.Optional({
      ...Reason,
      description: 'Reason; stored in the notes of the task. Not used by `reissue_token`.',
    }),
  },
  { additionalProperties: false, examples: [{ action: 'approve' }] },
);
export type TaskAct = Static<typeof TaskAct>;
