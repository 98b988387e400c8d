import { type Static, Type } from 'typebox';

export const FieldFault = Type.Object({
  field: Type.String({ description: 'The field of the body, the query or the path that is wrong.' }),
  reason: Type.String({ description: 'What is wrong with it.' }),
});
export type FieldFault = Static<typeof FieldFault>;

/** Every error of the native API (RFC 9457). */
export const Problem = Type.Object(
  {
    type: Type.String({
      description: 'A URI that names the kind of problem: `urn:purser:problem:` and the code.',
    }),
    title: Type.String({ description: 'What kind of problem it is, the same text for every occurrence.' }),
    status: Type.Integer({ description: 'The HTTP status again.' }),
    detail: Type.String({ description: 'What went wrong this time, in a sentence.' }),
    code: Type.String({ description: 'The code to program against.' }),
    errors: Type.Optional(
      Type.Array(FieldFault, { description: 'The single faults, where the request did not fit the schema.' }),
    ),
  },
  {
    $id: 'Problem',
    description: 'Problem details (RFC 9457). Some problems carry members of their own.',
    examples: [
      {
        type: 'urn:purser:problem:invalid_request',
        title: 'The request is not valid',
        status: 400,
        detail: 'email: is missing',
        code: 'invalid_request',
        errors: [{ field: 'email', reason: 'is missing' }],
      },
    ],
  },
);
export type Problem = Static<typeof Problem>;
