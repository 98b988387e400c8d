import type { LoadScenario } from '../scenario.ts';
import { type FilledLedger, filledLedger, issueForAnyone } from './filled-ledger.ts';

const USAGE_ROWS = 1_000_000;
const RESIDENT_MB = 300;

/** T10: caches are bounded, so memory does not grow with the cloud. */
export const memoryUnderLoad: LoadScenario<FilledLedger> = {
  kind: 'load',
  name: 'memory-under-load',
  summary: 'T10: resident memory with 1,000,000 usage rows, issuing commissions for users at random',
  target: { id: 'T10', figure: 'resident_MB', below: RESIDENT_MB },
  prepare: (stage) => filledLedger(stage, USAGE_ROWS),
  requests: issueForAnyone,
};
