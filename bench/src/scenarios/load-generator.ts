import { postRequest } from '../requests.ts';
import type { LoadScenario } from '../scenario.ts';

/**
 * Measures the capacity of the load generator itself: against a server that responds without reading,
 * and against bare node:http as its control. Its CPU time shows its remaining capacity.
 */
export const loadGenerator: LoadScenario = {
  kind: 'load',
  name: 'load-generator',
  summary: 'the load generator against a server that does nothing; control: bare node:http',
  engineless: true,
  control: { label: 'bare node:http', start: (stage) => stage.control({ kind: 'http' }) },
  prepare: async (stage) => ({ server: await stage.control({ kind: 'tcp' }) }),
  requests: () => ({ requests: [postRequest('/', { provisions: 'x'.repeat(600) })] }),
};
