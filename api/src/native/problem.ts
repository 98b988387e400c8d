import { type Static, Type } from 'typebox';

export const FieldFault = Type.Object({
  field: Type.String({ description: 'The invalid field of the body, the query or the path.' }),
  reason: Type.String({ description: 'What is wrong with it.' }),
});
export type FieldFault = Static<typeof FieldFault>;

/** Every error of the native API (RFC 9457). */
export const Problem = Type.Object(
  {
    type: Type.String({
      description: 'A URI of the kind of problem: `urn:purser:problem:` and the code.',
    }),
    title: Type.String({ description: 'The kind of problem; the same text for every occurrence.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: Type.String({ description: 'A sentence about this occurrence.' }),
    code: Type.String({ description: 'A stable code for programs.' }),
    errors: Type.Optional(
      Type.Array(FieldFault, {
        description: 'One entry for each invalid field, if the request does not match the schema.',
      }),
    ),
  },
  {
    $id: 'Problem',
    description: 'Problem details (RFC 9457). Some problems have additional members.',
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
