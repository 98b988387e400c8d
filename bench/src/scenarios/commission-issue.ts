import { issueRequests } from '../commission-requests.ts';
import type { LoadScenario } from '../scenario.ts';
import { type FilledPurser, filledPurser } from './filled-purser.ts';

/** T1: maximum rate of durable commissions over HTTP. */
export const commissionIssue: LoadScenario<FilledPurser> = {
  kind: 'load',
  name: 'commission-issue',
  summary:
    'T1: issue commissions of 4 provisions for 1000 users; control: bare Fastify echo of the same requests',
  target: { id: 'T1', engine: 'sqlite', figure: 'ratio', atLeast: 0.5 },
  control: { label: 'bare Fastify', start: (stage) => stage.control({ kind: 'fastify' }) },
  prepare: (stage) => filledPurser(stage),
  requests: ({ population }) => ({ requests: issueRequests(population) }),
};
