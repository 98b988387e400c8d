import { type Static, Type } from 'typebox';
import { nullable } from '../common.ts';

/** A schema without bounds: counters of a damaged ledger can exceed 64 bits, and are still written with all digits. */
const Sum = Type.Unsafe<number | bigint>({ type: 'integer', format: 'int64' });

const Counters = Type.Object({
  usage_min: Type.Unsafe<number | bigint>({
    ...Sum,
    description: 'Accepted quantities minus pending releases.',
  }),
  usage_max: Type.Unsafe<number | bigint>({
    ...Sum,
    description: 'Accepted quantities plus pending reservations.',
  }),
});

export const QuotaDifference = Type.Object(
  {
    holder: Type.String({ description: '`user:` or `project:` and the uuid.' }),
    source: nullable(
      Type.String({ description: '`project:` and the uuid; null if the holder is a project.' }),
    ),
    resource: Type.String(),
    expected: Type.Object(Counters.properties, {
      description: 'The counters computed from the commissions.',
    }),
    actual: Type.Object(Counters.properties, { description: 'The stored counters.' }),
    fixed: Type.Boolean({ description: 'Whether this request corrected them.' }),
  },
  { $id: 'QuotaDifference', description: 'A holding whose counters differ from the sum of its commissions.' },
);
export type QuotaDifference = Static<typeof QuotaDifference>;

export const QuotaVerification = Type.Object(
  {
    damaged: Type.Array(Type.Integer(), {
      description: 'Serials of commissions with damaged stored data; the sums do not include them.',
    }),
    differences: Type.Array(Type.Ref('QuotaDifference')),
    commissions: Type.Integer({
      description: 'Number of commissions in the sums; rejected ones are not included.',
    }),
    holdings: Type.Integer({ description: 'Number of holdings that were compared.' }),
  },
  {
    $id: 'QuotaVerification',
    description: 'Comparison of the counters of all holdings with the commissions.',
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
      Type.Boolean({
        default: false,
        description: 'Correct the counters; each correction has an audit entry.',
      }),
    ),
  },
  { additionalProperties: false, examples: [{ fix: false }] },
);
