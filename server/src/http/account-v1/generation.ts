import type { FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import type { IssueRequest } from '../../ledger/core/commission.ts';
import { componentOf, userOf } from '../cloudfault/callers.ts';
import { isOlder } from './older-commissions.ts';

/**
 * The generations of clients that this dialect serves. Older ones know one source of quota, `system`, and other words
 * for the state of a project. Which one a caller is of shows in the forms that it uses; it is remembered for the
 * component or the token, so that calls that look the same in both are answered in its words.
 */
export type Generation = 'a' | 'b';

type Parts = Pick<Domain, 'settings' | 'components' | 'tokens'>;

/** Whether the calling component is answered in the older words. */
export function isOlderComponent({ settings }: Parts, request: FastifyRequest): boolean {
  return decided(settings.accountGeneration, componentOf(request).older);
}

/** Whether the calling user is answered in the older words. */
export function isOlderUser({ settings }: Parts, request: FastifyRequest): boolean {
  return decided(settings.accountGeneration, userOf(request).token.older);
}

/**
 * Remembers what a commission shows of the component that issued it. It has been issued whatever becomes of this, so
 * a failure is logged alone.
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

/** Remembers that the calling user's token is used in the forms of one generation. A failure is logged alone. */
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
  log.warn({ err: error }, 'the generation of a caller could not be remembered');
}

const decided = (setting: 'auto' | Generation, remembered: boolean): boolean =>
  setting === 'auto' ? remembered : setting === 'a';
