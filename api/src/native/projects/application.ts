import { type Static, Type } from 'typebox';
import { Limit, nullable, PageQuery, Time } from '../common.ts';
import { Comments, changed, Reason, told, written } from './project-fields.ts';

const State = Type.Enum(['pending', 'approved', 'replaced', 'denied', 'dismissed', 'cancelled'], {
  type: 'string',
});

const Changes = Type.Object({
  name: Type.Optional(told.name),
  owner: Type.Optional(told.owner),
  homepage: Type.Optional(told.homepage),
  description: Type.Optional(told.description),
  start_date: Type.Optional(told.start_date),
  end_date: Type.Optional(told.end_date),
  join_policy: Type.Optional(told.join_policy),
  leave_policy: Type.Optional(told.leave_policy),
  max_members: Type.Optional(told.max_members),
  private: Type.Optional(told.private),
  resources: Type.Optional(told.resources),
});

/** What became of the application that was pending when another one was submitted. */
export const Replaced = nullable(
  Type.Object(
    {
      application: Type.Integer({ description: 'Id of the application that was pending.' }),
      kept: { ...Changes, description: 'What this application takes over from it.' },
      dropped: {
        ...Changes,
        description: 'What it asked for and this application leaves out, or states otherwise.',
      },
    },
    { description: 'The application whose place this one took; null if none was pending.' },
  ),
);

const properties = {
  id: Type.Integer(),
  project: Type.String({ format: 'uuid' }),
  project_name: Type.String({ description: 'What the project is called now.' }),
  state: State,
  creates: Type.Boolean({ description: 'Whether it asks for a new project, and not for a modification.' }),
  applicant: nullable(Type.String({ description: 'Uuid of who applied; null if it was no account.' })),
  applicant_name: nullable(Type.String({ description: 'What the applicant is called now.' })),
  owner: nullable(Type.String({ description: 'Uuid of whose the project is to be.' })),
  owner_name: nullable(Type.String()),
  changes: {
    ...Changes,
    description: 'What is to change, and nothing else; everything, for a new project.',
  },
  replaced: Replaced,
  comments: Type.String({ description: 'What the applicant has to say.' }),
  issued_at: Time,
  resolved_at: nullable({ ...Time, description: 'When it was approved, denied, dismissed and so on.' }),
  resolved_by: nullable(Type.String({ description: 'Uuid of who did.' })),
  response: nullable(Type.String({ description: 'In which words.' })),
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

/** An application with what approving it would do to limits. */
export const ApplicationDetails = Type.Object(
  {
    ...properties,
    preview: Type.Array(
      Type.Object({
        resource: Type.String(),
        unit: nullable(Type.String({ description: '`bytes`, or null for a plain count.' })),
        before: nullable(
          Type.Object(Capacity, {
            description: 'What holds, or held before the approval; null where there was no limit yet.',
          }),
        ),
        after: Type.Object(Capacity, { description: 'What holds after an approval.' }),
      }),
      {
        description:
          'The limits that an approval sets, beside those of today. Of an approved application: those that its ' +
          'approval set at the time, beside those before it. Empty for other applications that were decided.',
      },
    ),
  },
  {
    $id: 'ApplicationDetails',
    description: 'An application, and what approving it would do to limits.',
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
    name: written.name,
    end_date: written.end_date,
    owner: Type.Optional({
      ...written.owner,
      description: 'Whose it is to be: uuid or e-mail address. Without it, yours.',
    }),
    homepage: Type.Optional(written.homepage),
    description: Type.Optional(written.description),
    start_date: Type.Optional(written.start_date),
    join_policy: Type.Optional({ ...written.join_policy, default: 'moderated' }),
    leave_policy: Type.Optional({ ...written.leave_policy, default: 'auto' }),
    max_members: Type.Optional(written.max_members),
    private: Type.Optional({ ...written.private, default: false }),
    resources: Type.Optional(written.resources),
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
    ...changed,
    comments: Type.Optional(Comments),
    discard_pending: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Drops what a pending application for the project asks for. Without it, this application takes over what ' +
          'it does not state itself.',
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
    end_date: { ...written.end_date, description: 'Later than the present one: a time in UTC, or a day.' },
    comments: Type.Optional(Comments),
  },
  { additionalProperties: false, examples: [{ end_date: '2032-05-30', comments: 'The course goes on.' }] },
);

export const ApplicationAction = Type.Object(
  {
    action: Type.Enum(['approve', 'deny', 'cancel', 'dismiss'], {
      type: 'string',
      description:
        '`approve` and `deny` are for operators. Applicants take back what is pending with `cancel`, and put ' +
        'away what was denied with `dismiss`.',
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
        description: 'Only those in this state, or in one of several, with commas between them.',
        examples: ['pending'],
      }),
    ),
    project: Type.Optional(Type.String({ minLength: 1, description: 'Only those of this project: uuid.' })),
    applicant: user('Only those of this user'),
    owner: user('Only those of projects that are to be of this user'),
  },
  { additionalProperties: false },
);
