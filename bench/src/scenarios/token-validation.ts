import type { Population } from '../population.ts';
import { postRequest } from '../requests.ts';
import type { LoadScenario } from '../scenario.ts';
import type { RunningServer } from '../server-process.ts';
import { type FilledPurser, filledPurser } from './filled-purser.ts';

const TOKENS = '/identity/v2.0/tokens';

const credentials = (token: string) => ({ auth: { token: { id: token } } });

/** The response of Purser to the first token, which the control repeats. */
async function sampleAnswer(server: RunningServer, { users }: Population): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}${TOKENS}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials(users[0]?.token ?? '')),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${TOKENS} returned status ${response.status}: ${text}`);
  return text;
}

/** T4: token validation, which every service needs for each of its requests. */
export const tokenValidation: LoadScenario<FilledPurser> = {
  kind: 'load',
  name: 'token-validation',
  summary: 'T4: validate 1000 different tokens; control: bare Fastify with an answer of the same length',
  target: { id: 'T4', figure: 'ratio', atLeast: 0.6 },
  control: {
    label: 'bare Fastify',
    start: async (stage, { server, population }) =>
      stage.control({ kind: 'fastify', answer: await sampleAnswer(server, population) }),
  },
  prepare: (stage) => filledPurser(stage),
  requests: ({ population }) => ({
    requests: population.users.map(({ token }) => postRequest(TOKENS, credentials(token))),
  }),
};
