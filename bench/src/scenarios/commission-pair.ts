import { acceptAfterIssue, issueRequests } from '../commission-requests.ts';
import type { LoadScenario } from '../scenario.ts';
import { type FilledPurser, filledPurser } from './filled-purser.ts';

/** A commission is issued and then accepted on the same connection. Each pair counts as two requests. */
export const commissionPair: LoadScenario<FilledPurser> = {
  kind: 'load',
  name: 'commission-pair',
  summary: 'issue, then accept; rate in requests, two per pair; control: bare Fastify, both requests',
  control: { label: 'bare Fastify', start: (stage) => stage.control({ kind: 'fastify' }) },
  prepare: (stage) => filledPurser(stage),
  requests: ({ population }) => ({
    requests: issueRequests(population),
    followUp: acceptAfterIssue(population),
  }),
};
