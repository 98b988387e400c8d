import { type Static, Type } from 'typebox';
import { Limit, nullable, PageQuery, Time } from '../common.ts';
import { Comments, projectChanges, projectFields, projectInput, Reason } from './project-fields.ts';

const State = Type.Enum(['pending', 'approved', 'replaced', 'denied', 'dismissed', 'cancelled'], {
  type: 'string',
});

const Changes = Type.Object({
  name: Type.Optional(projectFields.name),
  owner: Type.Optional(projectFields.owner),
  homepage: Type.Optional(projectFields.homepage),
  description: Type.Optional(projectFields.description),
  start_date: Type.Optional(projectFields.start_date),
  end_date: Type.Optional(projectFields.end_date),
  join_policy: Type.Optional(projectFields.join_policy),
  leave_policy: Type.Optional(projectFields.leave_policy),
  max_members: Type.Optional(projectFields.max_members),
  private: Type.Optional(projectFields.private),
  resources: Type.Optional(projectFields.resources),
});

/** The pending application that a new application replaced. */
export const Replaced = nullable(
  Type.Object(
    {
      application: Type.Integer({ description: 'Id of the replaced application.' }),
      kept: { ...Changes, description: 'Changes that this application takes over from it.' },
      dropped: {
        ...Changes,
        description: 'Changes that it requested and this application omits or replaces.',
      },
    },
    { description: 'The pending application that this one replaced; null if none was pending.' },
  ),
);

const properties = {
  id: Type.Integer(),
  project: Type.String({ format: 'uuid' }),
  project_name: Type.String({ description: 'The present name of the project.' }),
  state: State,
  creates: Type.Boolean({
    description: 'True: an application for a new project; false: for a modification.',
  }),
  applicant: nullable(
    Type.String({ description: 'Uuid of the applicant; null if the applicant was no account.' }),
  ),
  applicant_name: nullable(Type.String({ description: 'The present display name of the applicant.' })),
  owner: nullable(Type.String({ description: 'Uuid of the requested owner of the project.' })),
  owner_name: nullable(Type.String()),
  changes: {
    ...Changes,
    description: 'The requested changes only; for a new project, all its properties.',
  },
  replaced: Replaced,
  comments: Type.String({ description: 'Comments of the applicant.' }),
  issued_at: Time,
  resolved_at: nullable({
    ...Time,
    description: 'When it was approved, denied, dismissed, cancelled or replaced.',
  }),
  resolved_by: nullable(Type.String({ description: 'Uuid of the user who did so.' })),
  response: nullable(Type.String({ description: 'The reason that this user gave.' })),
};

const example = {
  id: 42,
  project: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11',
  project_name: 'lab.example.org',
  state: 'pending',
  creates: false,
  applicant: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
  applicant_name: 'ada@example.org',
  owner: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
  owner_name: 'ada@example.org',
  changes: {
    end_date: '2032-05-30T00:00:00.000Z',
    resources: { 'cyclades.vm': { unit: null, project_capacity: 20, member_capacity: 2 } },
  },
  replaced: null,
  comments: 'We have grown.',
  issued_at: '2031-05-30T10:03:37.000Z',
  resolved_at: null,
  resolved_by: null,
  response: null,
};

export const Application = Type.Object(properties, {
  $id: 'Application',
  description: 'A request to create or change a project.',
  examples: [example],
});
export type Application = Static<typeof Application>;

const Capacity = {
  project_capacity: Limit,
  member_capacity: Limit,
};

/** An application, and the limits that its approval would set. */
export const ApplicationDetails = Type.Object(
  {
    ...properties,
    preview: Type.Array(
      Type.Object({
        resource: Type.String(),
        unit: nullable(Type.String({ description: '`bytes`, or null for a plain count.' })),
        before: nullable(
          Type.Object(Capacity, {
            description: 'The limit now, or before the approval; null if there is none.',
          }),
        ),
        after: Type.Object(Capacity, { description: 'The limit after the approval.' }),
      }),
      {
        description:
          'The limits that an approval would set, compared with the present ones. For an approved application: those that its ' +
          'approval set, compared with those before it. Empty for other resolved applications.',
      },
    ),
  },
  {
    $id: 'ApplicationDetails',
    description: 'An application, and the limits that its approval would set.',
    examples: [
      {
        ...example,
        preview: [
          {
            resource: 'cyclades.vm',
            unit: null,
            before: { project_capacity: 10, member_capacity: 2 },
            after: { project_capacity: 20, member_capacity: 2 },
          },
        ],
      },
    ],
  },
);
export type ApplicationDetails = Static<typeof ApplicationDetails>;

/** For a new project. */
export const ProjectApplication = Type.Object(
  {
    name: projectInput.name,
    end_date: projectInput.end_date,
    owner: Type.Optional({
      ...projectInput.owner,
      description: 'The owner: uuid or e-mail address. Default: the caller.',
    }),
    homepage: Type.Optional(projectInput.homepage),
    description: Type.Optional(projectInput.description),
    start_date: Type.Optional(projectInput.start_date),
    join_policy: Type.Optional({ ...projectInput.join_policy, default: 'moderated' }),
    leave_policy: Type.Optional({ ...projectInput.leave_policy, default: 'auto' }),
    max_members: Type.Optional(projectInput.max_members),
    private: Type.Optional({ ...projectInput.private, default: false }),
    resources: Type.Optional(projectInput.resources),
    comments: Type.Optional(Comments),
  },
  {
    additionalProperties: false,
    examples: [
      {
        name: 'lab.example.org',
        end_date: '2031-05-30',
        resources: { 'cyclades.vm': { project_capacity: 10, member_capacity: 2 } },
        comments: 'For our course.',
      },
    ],
  },
);
export type ProjectApplication = Static<typeof ProjectApplication>;

/** For a modification. */
export const ModificationApplication = Type.Object(
  {
    ...projectChanges,
    comments: Type.Optional(Comments),
    discard_pending: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Discard the changes of a pending application for the project. Without it, this application takes over the ' +
          'changes that it does not state itself.',
      }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [{ max_members: 20, comments: 'We have grown.' }],
  },
);
export type ModificationApplication = Static<typeof ModificationApplication>;

export const RenewalApplication = Type.Object(
  {
    end_date: {
      ...projectInput.end_date,
      description: 'The new end date, later than the present one: a time in UTC, or a day.',
    },
    comments: Type.Optional(Comments),
  },
  { additionalProperties: false, examples: [{ end_date: '2032-05-30', comments: 'The course goes on.' }] },
);

export const ApplicationAction = Type.Object(
  {
    action: Type.Enum(['approve', 'deny', 'cancel', 'dismiss'], {
      type: 'string',
      description:
        '`approve` and `deny` are for operators. Applicants withdraw a pending application with `cancel`, and ' +
        'remove a denied one from their list with `dismiss`.',
    }),
    reason: Type.Optional(Reason),
  },
  { additionalProperties: false, examples: [{ action: 'deny', reason: 'Ask for less, please.' }] },
);
export type ApplicationAction = Static<typeof ApplicationAction>;

export const ApplicationPath = Type.Object({
  application: Type.Integer({ minimum: 1, description: 'Id of an application.', examples: [42] }),
});

const user = (what: string) =>
  Type.Optional(Type.String({ minLength: 1, description: `${what}: uuid or e-mail address.` }));

export const ApplicationQuery = Type.Object(
  {
    ...PageQuery.properties,
    state: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Only applications in this state, or in one of several, separated by commas.',
        examples: ['pending'],
      }),
    ),
    project: Type.Optional(
      Type.String({ minLength: 1, description: 'Only applications for this project: uuid.' }),
    ),
    applicant: user('Only applications of this user'),
    owner: user('Only applications for projects with this requested owner'),
  },
  { additionalProperties: false },
);
