import { issueRequests } from '../commission-requests.ts';
import type { LoadScenario } from '../scenario.ts';
import { type FilledPurser, filledPurser } from './filled-purser.ts';

/** T2: all commissions change the same four rows. Both sides use the same server, so only the distribution differs. */
export const commissionIssueOneProject: LoadScenario<FilledPurser> = {
  kind: 'load',
  name: 'commission-issue-one-project',
  summary: 'T2: all commissions on one user and project; control: commission-issue on the same server',
  target: { id: 'T2', engine: 'sqlite', figure: 'ratio', atLeast: 0.9 },
  control: {
    label: 'commission-issue',
    start: async (_stage, { server }) => server,
    requests: ({ population }) => ({ requests: issueRequests(population) }),
  },
  prepare: (stage) => filledPurser(stage),
  requests: ({ population }) => ({
    requests: issueRequests({ ...population, users: population.users.slice(0, 1) }),
  }),
};
