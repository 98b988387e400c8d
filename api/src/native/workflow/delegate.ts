import { type Static, Type } from 'typebox';

/** A delegate API: an address that creates tasks of a type. */
export const DelegateApi = Type.Object(
  {
    name: Type.String(),
    path: Type.String({ description: 'Path in the workflow dialect, below `/v1`.' }),
    methods: Type.Array(Type.String()),
  },
  {
    $id: 'DelegateApi',
    description: 'A delegate API: it creates tasks of a type, or lists what can be requested.',
    examples: [{ name: 'SignUp', path: 'openstack/sign-up', methods: ['POST'] }],
  },
);
export type DelegateApi = Static<typeof DelegateApi>;

export const DelegatePath = Type.Object({
  delegate: Type.String({ minLength: 1, description: 'Name of a delegate API.', examples: ['SignUp'] }),
});

const Values = Type.Record(Type.String(), Type.String());
export const DelegateQuestion = Type.Object(
  {
    method: Type.Enum(['GET', 'POST', 'PUT', 'DELETE'], { type: 'string' }),
    params: Type.Optional({ ...Values, description: 'Values of the parameters in its path.' }),
    query: Type.Optional(Values),
    input: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Input of the task.' })),
    project: Type.Optional(
      Type.String({
        format: 'uuid',
        description: 'The project that the task concerns; default: the project of the token.',
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ method: 'POST', input: { email: 'ada@example.org', project_name: 'lab' } }],
  },
);
export type DelegateQuestion = Static<typeof DelegateQuestion>;

export const DelegateAnswer = Type.Object(
  {
    accepted: Type.Boolean({ description: 'Whether a task was created.' }),
    answer: Type.Unknown({ description: 'The response of the workflow dialect.' }),
    replaced: Type.Array(Type.String(), {
      description:
        'Open tasks of earlier requests that this request cancelled. Empty for APIs without authentication.',
    }),
  },
  {
    $id: 'DelegateAnswer',
    description: 'The response of a delegate API.',
    examples: [{ accepted: true, answer: { notes: ['task created'] }, replaced: [] }],
  },
);
export type DelegateAnswer = Static<typeof DelegateAnswer>;
