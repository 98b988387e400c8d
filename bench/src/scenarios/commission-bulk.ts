import { BULK, BULK_PATH, bulkRequests } from '../commission-requests.ts';
import type { LoadScenario } from '../scenario.ts';
import { type FilledPurser, filledPurser } from './filled-purser.ts';

const PROVISIONS = 4;

interface Bulk extends FilledPurser {
  requests: Buffer[];
  /** The response of Purser to the first bulk. */
  sample: string;
}

/** Sends the first bulk, and checks that all of its commissions are issued. */
async function sampleAnswer({ server, population }: FilledPurser, request: Buffer): Promise<string> {
  const text = request.toString();
  const response = await fetch(`http://127.0.0.1:${server.port}${BULK_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${population.componentToken}` },
    body: text.slice(text.indexOf('\r\n\r\n') + 4),
  });
  const answer = await response.text();
  const issued = answer.match(/"serial":\d+/g)?.length;
  if (issued !== BULK)
    throw new Error(`A bulk request returned status ${response.status}: ${answer.slice(0, 300)}`);
  return answer;
}

/** T5: throughput for a service with a backlog, or for a migration. */
export const commissionBulk: LoadScenario<Bulk> = {
  kind: 'load',
  name: 'commission-bulk',
  summary: `T5: bulks of ${BULK} commissions of ${PROVISIONS} provisions; control: bare Fastify, same bulks`,
  target: { id: 'T5', engine: 'sqlite', figure: 'rate', atLeast: 200_000 },
  perRequest: { count: BULK * PROVISIONS, unit: 'provisions' },
  control: {
    label: 'bare Fastify',
    start: (stage, { sample }) => stage.control({ kind: 'fastify', answer: sample }),
  },
  prepare: async (stage) => {
    const filled = await filledPurser(stage);
    const requests = bulkRequests(filled.population);
    return { ...filled, requests, sample: await sampleAnswer(filled, requests[0] as Buffer) };
  },
  requests: ({ requests }) => ({ requests }),
};
