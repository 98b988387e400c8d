import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { asInteger, type Json } from '../../lib/text/json.ts';
import { isStorable } from '../../lib/text/text.ts';
import type { Requester } from '../../projects/requester.ts';
import { badRequest } from '../cloudfault/fault.ts';
import { lastValue } from '../kernel/bearer.ts';
import { olderQuery } from './older-query.ts';

/**
 * A project as requests name it: its uuid, or the number of the older generation (account-v1 §7.3). A number that no
 * project can have stays a text, which matches no project.
 */
export type ProjectReference = string | number;

/** The project that a path or a query names. */
export function projectReference(text: string): ProjectReference {
  const id = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : text;
}

/** The project that a value of a body names; refused if it is neither text nor integer. */
export function projectInBody(value: Json | undefined): ProjectReference {
  const text = typeof value === 'string' ? value : asInteger(value)?.toString();
  if (text === undefined) throw badRequest('project should be the id of a project.');
  return projectReference(text);
}

/** The uuid of a named project; undefined if there is none, or if it is named by number and the caller may not see it. */
export async function uuidOf(
  { projects }: Domain,
  by: Requester,
  reference: ProjectReference,
): Promise<string | undefined> {
  if (typeof reference === 'string') return isStorable(reference) ? reference : undefined;
  try {
    return (await projects.view(by, reference)).project.uuid;
  } catch (error) {
    if (error instanceof PurserError && ['not_found', 'forbidden'].includes(error.kind)) return undefined;
    throw error;
  }
}

/** The project that filters a list of applications or memberships, by a query parameter or a filter of the older form. */
export async function projectFilter(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ project?: ProjectReference }> {
  const asked = await olderQuery(request, reply);
  if (asked && Object.hasOwn(asked, 'project')) return { project: projectInBody(asked['project']) };
  const text = lastValue((request.query as Record<string, unknown>)['project']);
  return text === undefined ? {} : { project: projectReference(text) };
}
