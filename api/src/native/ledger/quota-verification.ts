import { type Static, Type } from 'typebox';
import { nullable } from '../common.ts';

/** A schema without bounds: counters of a damaged ledger can exceed 64 bits, and are still written with all digits. */
const Sum = Type.Unsafe<number | bigint>({ type: 'integer', format: 'int64' });

const Counters = Type.Object({
  usage_min: Type.Unsafe<number | bigint>({
    ...Sum,
    description: 'What was accepted, less pending releases.',
  }),
  usage_max: Type.Unsafe<number | bigint>({
    ...Sum,
    description: 'What was accepted, and what is pending to be.',
  }),
});

export const QuotaDifference = Type.Object(
  {
    holder: Type.String({ description: '`user:` or `project:` and the uuid.' }),
    source: nullable(Type.String({ description: '`project:` and the uuid; null where a project holds.' })),
    resource: Type.String(),
    expected: Type.Object(Counters.properties, { description: 'What follows from the commissions.' }),
    actual: Type.Object(Counters.properties, { description: 'What the counters said.' }),
    fixed: Type.Boolean({ description: 'Whether they have been corrected now.' }),
  },
  { $id: 'QuotaDifference', description: 'A holding whose counters are not what its commissions add up to.' },
);
export type QuotaDifference = Static<typeof QuotaDifference>;

export const QuotaVerification = Type.Object(
  {
    damaged: Type.Array(Type.Integer(), {
      description: 'Serials of commissions that cannot be read; they count for nothing.',
    }),
    differences: Type.Array(Type.Ref('QuotaDifference')),
    commissions: Type.Integer({ description: 'How many were added up, leaving out rejected ones.' }),
    holdings: Type.Integer({ description: 'How many they were compared with.' }),
  },
  {
    $id: 'QuotaVerification',
    description: 'How the counters of all holdings compare with the commissions.',
    examples: [
      {
        damaged: [],
        differences: [
          {
            holder: 'project:3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
            source: null,
            resource: 'cyclades.vm',
            expected: { usage_min: 2, usage_max: 3 },
            actual: { usage_min: 2, usage_max: 5 },
            fixed: false,
          },
        ],
        commissions: 57,
        holdings: 12,
      },
    ],
  },
);
export interface QuotaVerification {
  damaged: number[];
  differences: QuotaDifference[];
  commissions: number;
  holdings: number;
}

export const QuotaVerificationRequest = Type.Object(
  {
    fix: Type.Optional(
      Type.Boolean({ default: false, description: 'Correct the counters; each correction is audited.' }),
    ),
  },
  { additionalProperties: false, examples: [{ fix: false }] },
);
