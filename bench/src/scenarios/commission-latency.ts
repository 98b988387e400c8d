import { issueRequests } from '../commission-requests.ts';
import type { LoadScenario } from '../scenario.ts';
import { type FilledPurser, filledPurser } from './filled-purser.ts';

/** T9: latency of a commission at half load. Requests are sent at a fixed rate, independent of responses. */
export const commissionLatency: LoadScenario<FilledPurser> = {
  kind: 'load',
  name: 'commission-latency',
  summary: 'T9: latency at half the rate that commission-issue reached just before; that is its control',
  target: { id: 'T9', engine: 'sqlite', figure: 'p99_ms', below: 10 },
  control: { label: 'commission-issue', start: async (_stage, { server }) => server },
  prepare: (stage) => filledPurser(stage),
  requests: ({ population }) => ({ requests: issueRequests(population) }),
  rate: (control) => control.rate / 2,
};
