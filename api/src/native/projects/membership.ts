import { type Static, Type } from 'typebox';
import { nullable, PageQuery, Time } from '../common.ts';
import { ProjectPath } from './project.ts';
import { Reason } from './project-fields.ts';

const State = Type.Enum(
  ['requested', 'accepted', 'leave_requested', 'suspended', 'rejected', 'cancelled', 'removed'],
  { type: 'string' },
);
const Action = Type.Enum(['leave', 'cancel', 'accept', 'reject', 'remove', 'deny_leave', 'cancel_leave'], {
  type: 'string',
});
const Role = Type.Enum(['project_admin', 'project_mod'], {
  type: 'string',
  description: '`project_admin` has the rights of the owner; `project_mod` accepts and removes members.',
});

export const Membership = Type.Object(
  {
    id: Type.Integer({ description: 'Id; permanent for a user and project.' }),
    user: Type.String({ format: 'uuid' }),
    username: Type.String(),
    project: Type.String({ format: 'uuid' }),
    state: State,
    since: nullable({ ...Time, description: 'When it entered this state.' }),
    dates: Type.Object(
      {
        requested: Type.Optional(Time),
        accepted: Type.Optional(Time),
        leave_requested: Type.Optional(Time),
        suspended: Type.Optional(Time),
        rejected: Type.Optional(Time),
        cancelled: Type.Optional(Time),
        removed: Type.Optional(Time),
      },
      { description: 'When it last entered each state that it has had.' },
    ),
    reason: nullable(Type.String({ description: 'The reason for its state.' })),
    roles: Type.Array(Type.String(), { description: 'Roles that the user has on the project.' }),
    allowed_actions: Type.Array(Action, { description: 'Actions that the caller may take now.' }),
  },
  {
    $id: 'Membership',
    description: "A user's relation to a project.",
    examples: [
      {
        id: 17,
        user: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
        username: 'ada@example.org',
        project: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11',
        state: 'accepted',
        since: '2031-05-30T11:30:00.000Z',
        dates: { requested: '2031-05-30T10:03:37.000Z', accepted: '2031-05-30T11:30:00.000Z' },
        reason: null,
        roles: [],
        allowed_actions: ['leave'],
      },
    ],
  },
);
export type Membership = Static<typeof Membership>;

export const MembershipCreation = Type.Object(
  {
    user: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The user to enrol: uuid or e-mail address. Without it, the caller asks to join.',
      }),
    ),
    roles: Type.Optional(
      Type.Array(Role, { maxItems: 2, description: 'Roles to grant to the enrolled user.' }),
    ),
  },
  { additionalProperties: false, examples: [{}, { user: 'ada@example.org', roles: ['project_mod'] }] },
);
export type MembershipCreation = Static<typeof MembershipCreation>;

export const MembershipAction = Type.Object(
  {
    action: {
      ...Action,
      description:
        'Members `leave`, `cancel` their request to join, and `cancel_leave`. Managers of the project `accept` ' +
        'and `reject` requests, `remove` members, which also accepts a request to leave, and `deny_leave`.',
    },
    reason: Type.Optional(Reason),
  },
  { additionalProperties: false, examples: [{ action: 'accept' }] },
);
export type MembershipAction = Static<typeof MembershipAction>;

export const MembershipPath = Type.Object({
  membership: Type.Integer({ minimum: 1, description: 'Id of a membership.', examples: [17] }),
});

export const MemberRolePath = Type.Object({
  ...ProjectPath.properties,
  user: Type.String({ minLength: 1, description: 'A member: uuid or e-mail address.' }),
  role: Role,
});

const state = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 128,
    description: 'Only memberships in this state, or in one of several, separated by commas.',
    examples: ['requested'],
  }),
);

export const MemberQuery = Type.Object({ ...PageQuery.properties, state }, { additionalProperties: false });

export const MembershipQuery = Type.Object(
  {
    ...PageQuery.properties,
    state,
    project: Type.Optional(
      Type.String({ minLength: 1, description: 'Only memberships in this project: uuid.' }),
    ),
    user: Type.Optional(
      Type.String({ minLength: 1, description: 'Only memberships of this user: uuid or e-mail address.' }),
    ),
  },
  { additionalProperties: false },
);
