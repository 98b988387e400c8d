import { Type } from 'typebox';

/** Bytes of a feedback: a long letter, and what a program adds. */
export const Feedback = Type.Object(
  {
    message: Type.String({ minLength: 1, maxLength: 65_536 }),
    data: Type.Optional(Type.String({ maxLength: 65_536, description: 'What a program adds to it.' })),
  },
  { additionalProperties: false, examples: [{ message: 'The new console is a pleasure.' }] },
);
