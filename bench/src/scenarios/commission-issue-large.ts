import type { LoadScenario } from '../scenario.ts';
import { type FilledLedger, filledLedger, issueForAnyone } from './filled-ledger.ts';

const SMALL = 50_000;
const LARGE = 5_000_000;

interface TwoSizes extends FilledLedger {
  small: FilledLedger;
}

/** T6: a hundred times more usage rows must not lower the rate. */
export const commissionIssueLarge: LoadScenario<TwoSizes> = {
  kind: 'load',
  name: 'commission-issue-large',
  summary: 'T6: issue commissions with 5,000,000 usage rows; control: the same with 50,000',
  target: { id: 'T6', figure: 'ratio', atLeast: 0.8 },
  control: {
    label: 'with 50,000 usage rows',
    start: async (_stage, { small }) => small.server,
    requests: ({ small }) => issueForAnyone(small),
  },
  prepare: async (stage) => ({
    small: await filledLedger(stage, SMALL),
    ...(await filledLedger(stage, LARGE)),
  }),
  requests: issueForAnyone,
};
