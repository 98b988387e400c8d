import type { FastifyRequest } from 'fastify';
import { isOperator } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { callerOf } from './access.ts';

/** The units of resources by their names; null for a plain count. */
export type Units = ReadonlyMap<string, string | null>;

export async function unitsOf({ resources }: Pick<Domain, 'resources'>): Promise<Units> {
  return new Map((await resources.all()).map(({ name, unit }) => [name, unit]));
}

/** The same, limited to the resources that the caller may see: hidden ones are for operators. */
export async function visibleUnits(
  request: FastifyRequest,
  { resources }: Pick<Domain, 'resources'>,
): Promise<Units> {
  const operator = isOperator(callerOf(request));
  const visible = (await resources.all()).filter(({ apiVisible }) => apiVisible || operator);
  return new Map(visible.map(({ name, unit }) => [name, unit]));
}
