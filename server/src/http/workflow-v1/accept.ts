import type { FastifyRequest } from 'fastify';
import { refusal } from './faults.ts';

/** Throws 406 for clients that do not accept JSON. */
export function checkAccept({ raw }: FastifyRequest): void {
  const { accept = '' } = raw.headers;
  if (accept.trim() !== '' && !accept.split(',').some(takesJson)) {
    throw refusal(406, 'Could not satisfy the request Accept header.');
  }
}

function takesJson(range: string): boolean {
  const [type = '', ...parameters] = range.toLowerCase().split(';');
  if (parameters.some((parameter) => /^\s*q\s*=\s*0(?:\.0*)?\s*$/.test(parameter))) return false;
  return /^(?:\*\/\*|application\/(?:\*|json|[\w.-]+\+json))$/.test(type.trim());
}
