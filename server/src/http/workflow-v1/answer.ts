import type { FastifyReply } from 'fastify';
import { stringifyExact } from '../../lib/text/json.ts';

/** The status and body of a response. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A success with a note; clients expect a list of notes. */
export const noted = (note: string, status = 200): Answer => ({ status, body: { notes: [note] } });

/** The response for a task whose stage takes longer than a request may wait. */
export const STILL_RUNNING = noted('The task is still running.', 202);

export function sendAnswer(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'application/json')
    .header('cache-control', 'no-store')
    .send(stringifyExact(body));
}
