import { type Static, Type } from 'typebox';

/** One of the APIs by which people ask for tasks. */
export const DelegateApi = Type.Object(
  {
    name: Type.String(),
    path: Type.String({ description: 'Where the workflow dialect has it, below `/v1`.' }),
    methods: Type.Array(Type.String()),
  },
  {
    $id: 'DelegateApi',
    description: 'An API by which people ask for tasks, or look at what they could ask for.',
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
    input: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'What is asked for.' })),
    project: Type.Optional(
      Type.String({
        format: 'uuid',
        description: 'The project that it is about; without it, the one that the token acts on.',
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
    accepted: Type.Boolean({ description: 'Whether a task was made of it.' }),
    answer: Type.Unknown({ description: 'In the words of the workflow dialect.' }),
    replaced: Type.Array(Type.String(), {
      description:
        'Open tasks of earlier requests that this one has cancelled. Empty for APIs that need no authentication.',
    }),
  },
  {
    $id: 'DelegateAnswer',
    description: 'What a delegate API said.',
    examples: [{ accepted: true, answer: { notes: ['task created'] }, replaced: [] }],
  },
);
export type DelegateAnswer = Static<typeof DelegateAnswer>;
