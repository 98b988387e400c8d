import { type Static, Type } from 'typebox';
import { nullable, PageQuery, Time } from '../common.ts';
import type { Application } from './application.ts';
import { changed, Reason, told } from './project-fields.ts';

const ProjectState = Type.Enum(['uninitialized', 'active', 'suspended', 'terminated', 'deleted'], {
  type: 'string',
});

const properties = {
  id: Type.String({ format: 'uuid', description: 'Never changes.' }),
  number: Type.Integer({ description: 'A short number.' }),
  ...told,
  owner_name: nullable(Type.String({ description: 'What the owner is called now.' })),
  state: ProjectState,
  status: Type.Enum(
    [
      ...['uninitialized', 'pending', 'denied', 'active', 'suspended', 'terminated'],
      ...['deleted', 'dismissed', 'cancelled'],
    ] as const,
    { type: 'string', description: 'The state, and what became of the application for it, in one word.' },
  ),
  system_project: Type.Boolean({ description: 'The project that every user has of their own.' }),
  members: Type.Integer({ description: 'How many members count against `max_members`.' }),
  created_at: Time,
  managed: Type.Boolean({
    description:
      'Whether you manage it: as its owner, as its administrator, or as an operator. To others, what follows is null.',
  }),
  state_reason: nullable(Type.String({ description: 'Why it is in this state.' })),
  activated_at: nullable({ ...Time, description: 'When it last became active.' }),
  deactivated_at: nullable({ ...Time, description: 'When it was last suspended or terminated.' }),
};

/** A project, without its applications. */
const bare = {
  id: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11',
  number: 17,
  name: 'lab.example.org',
  owner: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
  homepage: '',
  description: 'Where we try things.',
  start_date: null,
  end_date: '2031-05-30T00:00:00.000Z',
  join_policy: 'moderated',
  leave_policy: 'auto',
  max_members: 20,
  private: false,
  resources: { 'cyclades.vm': { unit: null, project_capacity: 10, member_capacity: 2 } },
  owner_name: 'ada@example.org',
  state: 'active',
  status: 'active',
  system_project: false,
  members: 3,
  created_at: '2030-05-30T10:03:37.000Z',
  managed: false,
  state_reason: null,
  activated_at: null,
  deactivated_at: null,
};

export const Project = Type.Object(
  {
    ...properties,
    last_application: Type.Union([Type.Ref('Application'), Type.Null()], {
      description: 'The newest application, if there is any; also to whom it is of.',
    }),
  },
  {
    $id: 'Project',
    description: 'A pool of resources with members.',
    examples: [{ ...bare, last_application: null }],
  },
);
const ProjectProperties = Type.Object(properties);
export interface Project extends Static<typeof ProjectProperties> {
  last_application: Application | null;
}

export const ProjectAction = Type.Object(
  {
    action: Type.Enum(['suspend', 'unsuspend', 'terminate', 'reinstate'], {
      type: 'string',
      description: 'The transition to make.',
    }),
    reason: Type.Optional(Reason),
  },
  { additionalProperties: false, examples: [{ action: 'suspend', reason: 'The bill is open.' }] },
);
export type ProjectAction = Static<typeof ProjectAction>;

/** What an operator changes at once. */
export const ProjectModification = Type.Object(
  { ...changed, reason: Type.Optional(Reason) },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [{ resources: { 'cyclades.vm': { project_capacity: 'inf', member_capacity: 2 } } }],
  },
);
export type ProjectModification = Static<typeof ProjectModification>;

const { name, owner, homepage, description, ...changedInAll } = changed;

/** What an operator changes of all system projects at once. */
export const SystemProjectModification = Type.Object(
  {
    ...changedInAll,
    exclude: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        maxItems: 10_000,
        description: 'Not of these: users by uuid, which is that of the project too, or by e-mail address.',
      }),
    ),
    reason: Type.Optional(Reason),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [
      {
        resources: { 'cyclades.vm': { project_capacity: 4, member_capacity: 4 } },
        exclude: ['ada@example.org'],
      },
    ],
  },
);
export type SystemProjectModification = Static<typeof SystemProjectModification>;

export const ProjectPath = Type.Object({
  project: Type.String({
    minLength: 1,
    description: 'A project: its uuid, or its number.',
    examples: ['6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11'],
  }),
});

const several = ', or in one of several, with commas between them.';

export const ProjectQuery = Type.Object(
  {
    ...PageQuery.properties,
    name: Type.Optional(Type.String({ minLength: 1, description: 'Only those of exactly this name.' })),
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'Only those with this in their name.' }),
    ),
    owner: Type.Optional(
      Type.String({ minLength: 1, description: 'Only those of this user: uuid or e-mail address.' }),
    ),
    state: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: `Only those in this state${several}` }),
    ),
    status: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: `Only those of this status${several}` }),
    ),
    member: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Only those in which this user is a member: uuid or e-mail address; yourself, unless you are an operator.',
      }),
    ),
    mode: Type.Optional(
      Type.Enum(['default', 'member', 'related', 'active'], {
        type: 'string',
        default: 'default',
        description:
          '`member`: in which you are; `related`: these, and those that are yours; `active`: active ones that are ' +
          'not private; `default`: related and active ones. Operators see all with any but `member`.',
      }),
    ),
    system: Type.Optional(
      Type.Boolean({ description: "Only users' own projects, or only projects that are not." }),
    ),
    pending: Type.Optional(
      Type.Boolean({ description: 'Only those with a pending application, or only others.' }),
    ),
    ends_before: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Only those that end before this time or day (UTC).',
      }),
    ),
  },
  { additionalProperties: false },
);

export const ProjectEvent = Type.Object(
  {
    id: Type.Integer(),
    at: Time,
    action: Type.String({ description: 'What was done, as `thing.verb`.' }),
    actor: nullable(Type.String({ description: 'Uuid of who did it; null if it was no account.' })),
    actor_name: Type.String({ description: 'What it was called then.' }),
    before: Type.Unknown({ description: 'The state before, as far as it matters, or null.' }),
    after: Type.Unknown({ description: 'The state after, as far as it matters, or null.' }),
    reason: nullable(Type.String({ description: 'The reason that the actor gave.' })),
  },
  {
    $id: 'ProjectEvent',
    description: 'Something that was done to a project.',
    examples: [
      {
        id: 12,
        at: '2031-05-30T10:03:37.000Z',
        action: 'project.suspend',
        actor: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
        actor_name: 'ada@example.org',
        before: { state: 'active' },
        after: { state: 'suspended' },
        reason: 'The bill is open.',
      },
    ],
  },
);
export type ProjectEvent = Static<typeof ProjectEvent>;

/** What became of one expired project. */
export const Termination = Type.Object(
  {
    project: Type.String({ format: 'uuid' }),
    name: Type.String(),
    end_date: Time,
    terminated: Type.Boolean(),
    error: nullable(Type.String({ description: 'Why it was not terminated.' })),
  },
  {
    $id: 'Termination',
    description: 'What became of one expired project.',
    examples: [
      {
        project: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11',
        name: 'lab.example.org',
        end_date: '2031-05-30T00:00:00.000Z',
        terminated: true,
        error: null,
      },
    ],
  },
);
export type Termination = Static<typeof Termination>;

/** The project that is charged unless one is named. */
export const DefaultProject = Type.Object(
  { project: Type.String({ format: 'uuid', description: 'One of which the user is a member.' }) },
  { additionalProperties: false, examples: [{ project: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11' }] },
);
