import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { Time } from '../common.ts';

const summary = { id: Type.Integer(), issued_at: Time };

export const Terms = Type.Object(
  { ...summary, text: Type.String() },
  {
    $id: 'Terms',
    description: 'A version of the terms of service. The one with the highest id is in force.',
    examples: [{ id: 1, issued_at: '2031-05-30T10:03:37.000Z', text: '<h1>Terms of service</h1>' }],
  },
);
export type Terms = Static<typeof Terms>;

export const TermsSummary = Type.Object(summary, {
  $id: 'TermsSummary',
  description: 'A version of the terms of service, without its text.',
  examples: [{ id: 1, issued_at: '2031-05-30T10:03:37.000Z' }],
});
export type TermsSummary = Static<typeof TermsSummary>;

export const TermsCreation = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: BOUNDS.terms_length, description: 'HTML or plain text.' }) },
  { additionalProperties: false, examples: [{ text: '<h1>Terms of service</h1>' }] },
);
export type TermsCreation = Static<typeof TermsCreation>;

export const TermsPath = Type.Object({
  terms: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the terms.' }),
});
