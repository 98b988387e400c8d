import type { FastifyReply } from 'fastify';
import { stringifyExact } from '../../lib/text/json.ts';

/** What a call comes to. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A success that is told in a sentence; clients expect a list of them. */
export const noted = (note: string, status = 200): Answer => ({ status, body: { notes: [note] } });

/** What is said of a task whose stage takes longer than a request may wait. */
export const STILL_RUNNING = noted('The task is still running.', 202);

export function sendAnswer(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'application/json')
    .header('cache-control', 'no-store')
    .send(stringifyExact(body));
}
