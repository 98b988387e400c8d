import { type Static, Type } from 'typebox';
import { nullable, PageQuery, Time } from '../common.ts';
import { Reason } from '../projects/project-fields.ts';
import { Outlook } from './outlook.ts';

export const TaskState = Type.Enum(['awaiting', 'approved', 'completed', 'cancelled'], {
  type: 'string',
  description:
    '`awaiting` an approval; `approved`, and its token is to be submitted; over: `completed` or `cancelled`.',
});

const Texts = Type.Array(Type.String());

/** The actor of a change of a task: a user, an unauthenticated requester, or the service itself. */
const Person = (description: string) => nullable(Type.String({ description }));

const TaskAction = Type.Object({
  name: Type.String(),
  valid: Type.Boolean(),
  data: Type.Record(Type.String(), Type.Unknown(), {
    description: 'What it was asked for, checked and completed.',
  }),
  notes: Type.Array(Type.String(), { description: 'What it has to say, each with its time.' }),
  need_token: Type.Boolean({ description: 'Whether a token has to be submitted before it completes.' }),
  token_fields: Type.Array(Type.String(), { description: 'What has to be sent with the token.' }),
});

const Running = Type.Unsafe<{ stage: string; action: number; actions: number; since: string } | null>({
  type: ['object', 'null'],
  description: 'The stage that is running now: which action of how many, and since when.',
  properties: {
    stage: { type: 'string', enum: ['prepare', 'approve', 'submit'] },
    action: { type: 'integer' },
    actions: { type: 'integer' },
    since: { type: 'string', format: 'date-time' },
  },
  required: ['stage', 'action', 'actions', 'since'],
});

const properties = {
  id: Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Its uuid, as the workflow writes it.' }),
  type: Type.String({ examples: ['create_project_and_user'] }),
  state: TaskState,
  valid: Type.Boolean({ description: 'Whether all of its actions are.' }),
  asked_by: Person('Uuid of the requester; null for an unauthenticated request.'),
  asked_by_name: Person('What they were called then.'),
  project: nullable(Type.String({ description: 'Uuid of the project in which it was asked for.' })),
  approved_by: Person('Uuid of the approver; null if it is not approved, or if the service approved it.'),
  approved_by_name: Person('What they were called then; `system` for the service.'),
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
  description: 'Something that was asked for and has to be approved, or submitted, before it is done.',
  examples: [example],
});
export type Task = Static<typeof Task>;

export const TaskDetails = Type.Object(
  {
    ...properties,
    actions: Type.Array(TaskAction, { description: 'Its steps, in order.' }),
    reasons: Type.Array(Type.String(), {
      description: 'What the actions that are not valid have noted; empty where all are valid.',
    }),
    notes: Texts,
    outlook: Outlook,
  },
  {
    $id: 'TaskDetails',
    description: 'A task with all that is known of it.',
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
        description: 'Only those in this state, or in one of several, with commas between them.',
        examples: ['awaiting'],
      }),
    ),
    type: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'Only tasks of this type.' }),
    ),
    project: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'Only those of this project: uuid.' }),
    ),
    since: Type.Optional(
      Type.String({ ...time, description: 'Only those created from this time or day (UTC) on.' }),
    ),
    until: Type.Optional(
      Type.String({ ...time, description: 'Only those created before this time or day (UTC).' }),
    ),
    valid: Type.Optional(Type.Boolean({ description: 'Only those that are valid, or that are not.' })),
  },
  { additionalProperties: false },
);

export const TaskPath = Type.Object({
  task: Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Id of a task.', examples: [example.id] }),
});

/** What a task is asked for anew: the input of all of its actions, in one object. */
export const TaskUpdate = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'The input of all actions of the task, as when it was created; it takes the place of the old one.',
  examples: [{ project_name: 'lab', email: 'ada@example.org' }],
});

export const TaskAct = Type.Object(
  {
    action: Type.Enum(['approve', 'cancel', 'reissue_token'], {
      type: 'string',
      description:
        '`approve` is for operators. `cancel` ends a task for good. `reissue_token` sends a new token by mail in the ' +
        'place of the one it has.',
    }),
    reason: Type.Optional({
      ...Reason,
      description: 'Why; it is noted with the task. Not for `reissue_token`.',
    }),
  },
  { additionalProperties: false, examples: [{ action: 'approve' }] },
);
export type TaskAct = Static<typeof TaskAct>;
