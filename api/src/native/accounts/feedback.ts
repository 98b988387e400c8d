import { Type } from 'typebox';

/** A feedback message: the user's text, and data that a program adds. */
export const Feedback = Type.Object(
  {
    message: Type.String({ minLength: 1, maxLength: 65_536 }),
    data: Type.Optional(
      Type.String({ maxLength: 65_536, description: 'Diagnostic data that the calling program adds.' }),
    ),
  },
  { additionalProperties: false, examples: [{ message: 'The new console is a pleasure.' }] },
);
