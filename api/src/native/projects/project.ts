import { type Static, Type } from 'typebox';
import { Limit, nullable, PageQuery, Time } from '../common.ts';
import type { Application } from './application.ts';
import { projectChanges, projectFields, Reason } from './project-fields.ts';

const ProjectState = Type.Enum(['uninitialized', 'active', 'suspended', 'terminated', 'deleted'], {
  type: 'string',
});

const properties = {
  id: Type.String({ format: 'uuid', description: 'Never changes.' }),
  number: Type.Integer({ description: 'A short number.' }),
  ...projectFields,
  owner_name: nullable(Type.String({ description: 'The present display name of the owner.' })),
  state: ProjectState,
  status: Type.Enum(
    [
      ...['uninitialized', 'pending', 'denied', 'active', 'suspended', 'terminated'],
      ...['deleted', 'dismissed', 'cancelled'],
    ] as const,
    { type: 'string', description: 'The state of the project combined with that of its application.' },
  ),
  system_project: Type.Boolean({ description: 'Whether it is the system project of a user.' }),
  members: Type.Integer({ description: 'Number of members that count towards `max_members`.' }),
  created_at: Time,
  managed: Type.Boolean({
    description:
      'Whether the caller manages it: as its owner, its administrator, or an operator. For other callers, the fields below are null.',
  }),
  state_reason: nullable(Type.String({ description: 'The reason for its state.' })),
  activated_at: nullable({ ...Time, description: 'When it was last activated.' }),
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
      description: 'The newest application, or null; its applicant sees it too.',
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
      description: 'The transition.',
    }),
    reason: Type.Optional(Reason),
  },
  { additionalProperties: false, examples: [{ action: 'suspend', reason: 'The bill is open.' }] },
);
export type ProjectAction = Static<typeof ProjectAction>;

/** Changes that an operator makes without an application. */
export const ProjectModification = Type.Object(
  { ...projectChanges, reason: Type.Optional(Reason) },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [{ resources: { 'cyclades.vm': { project_capacity: 'inf', member_capacity: 2 } } }],
  },
);
export type ProjectModification = Static<typeof ProjectModification>;

const { name, owner, homepage, description, ...changedInAll } = projectChanges;

/** Changes that an operator makes to all system projects. */
export const SystemProjectModification = Type.Object(
  {
    ...changedInAll,
    exclude: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        maxItems: 10_000,
        description: 'Users whose system projects stay unchanged: uuid or e-mail address.',
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

export const SystemProjectsChanged = Type.Object(
  {
    changed: Type.Integer({ description: 'The number of changed projects.' }),
    replaced: Type.Array(
      Type.Object({
        resource: Type.String(),
        project_capacity: Limit,
        member_capacity: Limit,
        projects: Type.Integer({ description: 'The number of projects that had these limits.' }),
      }),
      {
        description:
          'Limits that the projects had and that differ from the new ones, the most frequent first; at most 100.',
      },
    ),
  },
  {
    $id: 'SystemProjectsChanged',
    description: 'The result of a change of all system projects.',
    examples: [
      {
        changed: 120,
        replaced: [{ resource: 'cyclades.vm', project_capacity: 2, member_capacity: 2, projects: 118 }],
      },
    ],
  },
);
export type SystemProjectsChanged = Static<typeof SystemProjectsChanged>;

export const ProjectPath = Type.Object({
  project: Type.String({
    minLength: 1,
    description: 'A project: its uuid, or its number.',
    examples: ['6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11'],
  }),
});

const several = ', or in one of several, separated by commas.';

export const ProjectQuery = Type.Object(
  {
    ...PageQuery.properties,
    name: Type.Optional(Type.String({ minLength: 1, description: 'Only projects with exactly this name.' })),
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'Only projects whose name contains this text.',
      }),
    ),
    owner: Type.Optional(
      Type.String({ minLength: 1, description: 'Only projects owned by this user: uuid or e-mail address.' }),
    ),
    state: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: `Only projects in this state${several}` }),
    ),
    status: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: `Only projects with this status${several}` }),
    ),
    member: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Only projects of which this user is a member: uuid or e-mail address. Only operators may name other users.',
      }),
    ),
    mode: Type.Optional(
      Type.Enum(['default', 'member', 'related', 'active'], {
        type: 'string',
        default: 'default',
        description:
          '`member`: projects of which the caller is a member; `related`: also those that the caller owns; `active`: active ones that are ' +
          'not private; `default`: related and active ones. For operators, all modes but `member` return all projects.',
      }),
    ),
    system: Type.Optional(Type.Boolean({ description: 'True: only system projects; false: only others.' })),
    pending: Type.Optional(
      Type.Boolean({ description: 'True: only projects with a pending application; false: only others.' }),
    ),
    ends_before: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Only projects that end before this time or day (UTC).',
      }),
    ),
  },
  { additionalProperties: false },
);

export const ProjectEvent = Type.Object(
  {
    id: Type.Integer(),
    at: Time,
    action: Type.String({ description: 'The action, as `thing.verb`.' }),
    actor: nullable(Type.String({ description: 'Uuid of the actor; null if the actor was no account.' })),
    actor_name: Type.String({ description: 'The name of the actor at that time.' }),
    before: Type.Unknown({ description: 'The relevant state before the action, or null.' }),
    after: Type.Unknown({ description: 'The relevant state after the action, or null.' }),
    reason: nullable(Type.String({ description: 'The reason that the actor gave.' })),
  },
  {
    $id: 'ProjectEvent',
    description: 'An action on a project.',
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

/** The result for one expired project. */
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
    description: 'The result for one expired project.',
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

/** The project that is charged if a request names none. */
export const DefaultProject = Type.Object(
  {
    project: Type.String({ format: 'uuid', description: 'Uuid of a project of which the user is a member.' }),
  },
  { additionalProperties: false, examples: [{ project: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11' }] },
);
