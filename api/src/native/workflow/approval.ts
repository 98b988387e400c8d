import { type Static, Type } from 'typebox';
import { nullable, PageQuery, Time } from '../common.ts';
import { Replaced } from '../projects/application.ts';
import { Reason } from '../projects/project-fields.ts';
import { Outlook } from './outlook.ts';

const Kind = Type.Enum(['application', 'task', 'account'], { type: 'string' });

export const Approval = Type.Object(
  {
    kind: Kind,
    id: Type.String({ description: 'Number of an application, id of a task, or uuid of an account.' }),
    about: Type.String({
      description: 'The request: `new_project`, `modification`, `new_account`, or the type of the task.',
    }),
    asked_by: nullable(
      Type.String({ description: 'Uuid of the requester; null for an unauthenticated request.' }),
    ),
    asked_by_name: nullable(Type.String({ description: 'Display name of the requester.' })),
    since: Time,
    age_s: Type.Integer({ description: 'Waiting time in seconds.' }),
    project: nullable(
      Type.String({ description: 'Uuid of the project that it concerns or was requested in.' }),
    ),
    project_name: nullable(Type.String()),
    comments: Type.String({
      description: 'Comments of the applicant; of an account, the name of the person.',
    }),
    replaced: Replaced,
    outlook: Outlook,
    valid: Type.Boolean({ description: 'Whether it can be approved now.' }),
    reasons: Type.Array(Type.String(), { description: 'Reasons why it cannot be approved.' }),
    running: Type.Boolean({ description: 'Whether a stage of the task is running.' }),
  },
  {
    $id: 'Approval',
    description: 'A request that waits for an operator: a project application, a task, or an account.',
    examples: [
      {
        kind: 'application',
        id: '42',
        about: 'modification',
        asked_by: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
        asked_by_name: 'ada@example.org',
        since: '2031-05-30T10:03:37.000Z',
        age_s: 3600,
        project: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11',
        project_name: 'lab.example.org',
        comments: 'We have grown.',
        replaced: null,
        outlook: {
          projects: [],
          users: [],
          limits: [
            {
              project: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11',
              resource: 'cyclades.vm',
              unit: null,
              before: { project_capacity: 10, member_capacity: 2 },
              after: { project_capacity: 20, member_capacity: 2 },
            },
          ],
        },
        valid: true,
        reasons: [],
        running: false,
      },
    ],
  },
);
export type Approval = Static<typeof Approval>;

export const ApprovalQuery = Type.Object(
  {
    ...PageQuery.properties,
    order: Type.Optional(
      Type.Enum(['oldest', 'newest'], {
        type: 'string',
        description: 'Sort order; default `oldest`.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const ApprovalPath = Type.Object({
  kind: { ...Kind, description: '`application`, `task` or `account`.' },
  id: Type.String({
    pattern: '^([1-9][0-9]{0,14}|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$',
    description: 'Id of the application, task or account.',
    examples: ['42'],
  }),
});

export const ApprovalDecision = Type.Object(
  {
    decision: Type.Enum(['approve', 'deny'], { type: 'string' }),
    reason: Type.Optional({ ...Reason, description: 'Reason; stored and sent to the requester.' }),
  },
  { additionalProperties: false, examples: [{ decision: 'deny', reason: 'Ask for less, please.' }] },
);

export const ApprovalDecided = Type.Object(
  { kind: Kind, id: Type.String(), state: Type.String({ description: 'The new state.' }) },
  {
    $id: 'ApprovalDecided',
    description: 'The result of a decision.',
    examples: [{ kind: 'application', id: '42', state: 'denied' }],
  },
);
export type ApprovalDecided = Static<typeof ApprovalDecided>;
