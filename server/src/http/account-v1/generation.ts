import type { FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import type { IssueRequest } from '../../ledger/core/commission.ts';
import { componentOf, userOf } from '../cloudfault/callers.ts';
import { isOlder } from './older-commissions.ts';

/**
 * The generations of clients that this dialect serves. The older one knows one source of quota, `system`, and other
 * names of project states. The forms that a caller uses show its generation; it is stored for the component or the
 * token, so that calls which look the same in both generations get the matching response.
 */
export type Generation = 'a' | 'b';

type Parts = Pick<Domain, 'settings' | 'components' | 'tokens'>;

/** Whether the calling component gets responses of the older generation. */
export function isOlderComponent({ settings }: Parts, request: FastifyRequest): boolean {
  return decided(settings.accountGeneration, componentOf(request).older);
}

/** Whether the calling user gets responses of the older generation. */
export function isOlderUser({ settings }: Parts, request: FastifyRequest): boolean {
  return decided(settings.accountGeneration, userOf(request).token.older);
}

/**
 * Stores the generation of the component that issued a commission. The commission has been issued by then, so an error
 * is only logged.
 */
export async function noteCommission(
  { settings, components }: Parts,
  request: FastifyRequest,
  { provisions }: IssueRequest,
): Promise<void> {
  if (settings.accountGeneration !== 'auto') return;
  const component = componentOf(request);
  const older = provisions.some(isOlder);
  if (older === component.older || (!older && !provisions.some(({ holder }) => holder.includes(':')))) return;
  await components.noteGeneration(component.id, older).catch((error) => notNoted(request, error));
}

/** Stores the generation that the calling user's token uses. An error is only logged. */
export async function noteUser(
  { settings, tokens }: Parts,
  request: FastifyRequest,
  generation: Generation,
): Promise<void> {
  const { account, token } = userOf(request);
  const older = generation === 'a';
  if (settings.accountGeneration !== 'auto' || token.older === older) return;
  await tokens.noteGeneration(account.uuid, token.id, older).catch((error) => notNoted(request, error));
}

function notNoted({ log }: FastifyRequest, error: unknown): void {
  log.warn({ err: error }, 'the generation of a caller could not be stored');
}

const decided = (setting: 'auto' | Generation, remembered: boolean): boolean =>
  setting === 'auto' ? remembered : setting === 'a';
