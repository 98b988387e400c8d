import { randomUUID } from 'node:crypto';
import { issueRequests } from '../commission-requests.ts';
import type { LoadScenario } from '../scenario.ts';
import { USERS } from './filled-purser.ts';

/** The control of commission-issue alone, without Purser: for work on the benchmark and for checking a machine. */
export const controlCommission: LoadScenario = {
  kind: 'load',
  name: 'control-commission',
  summary: 'the control of commission-issue by itself; control: bare node:http',
  engineless: true,
  control: { label: 'bare node:http', start: (stage) => stage.control({ kind: 'http' }) },
  prepare: async (stage) => ({ server: await stage.control({ kind: 'fastify' }) }),
  requests: () => ({
    requests: issueRequests({
      componentToken: 'x'.repeat(43),
      users: Array.from({ length: USERS }, () => ({ id: randomUUID(), token: '' })),
    }),
  }),
};
