import type { Session } from '@purser/api/native/accounts/session';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../../../config/settings.ts';
import type { Principal } from '../../../directory/tokens/principal.ts';
import { PurserError } from '../../../lib/errors.ts';
import type { Session as DomainSession } from '../../../signin/session.ts';
import type { SignInResult } from '../../../signin/sign-in.ts';
import { originOf } from '../../kernel/request-origin.ts';
import { sendSessionCookie } from '../../kernel/session-cookie.ts';
import { presentSession, presentUser, time } from '../frame/presenters.ts';

/** The description of routes that are steps of a sign-in. */
export const STEPS =
  'Responds 201 with the cookie of the session. If the sign-in needs another step, it responds 401 with a `ticket` for ' +
  'that step: `second_factor_required` (with `methods`), `second_factor_enrolment_required`, ' +
  '`password_change_required` or `terms_unsigned`.';

/** Facts of a step that are shown once, whatever the next step is. */
type ShownOnce = Readonly<Record<string, unknown>>;

/**
 * Sends the result of a step of a sign-in, for routes that are one. Errors: `foreign_request`; the code of the next
 * step.
 */
export function signInStep({ baseUrl }: Settings) {
  return async <T extends ShownOnce>(
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<SignInResult & { readonly shownOnce?: T }>,
  ): Promise<Session & Partial<T>> => {
    refuseForeign(request, baseUrl);
    const { started, next, shownOnce } = await work();
    if (next) {
      const { step: code, ticket, expiresAt, methods } = next;
      throw new PurserError(code, {
        ticket,
        expires_at: time(expiresAt),
        ...(methods && { methods }),
        ...shownOnce,
      });
    }
    const { secret, session, principal } = started;
    sendSessionCookie(reply, secret).code(201);
    return { ...presentOwnSession(session, principal), ...shownOnce } as Session & Partial<T>;
  };
}

/** Otherwise another site could sign a browser in to an account of its choice. Errors: `foreign_request`. */
export function refuseForeign(request: FastifyRequest, baseUrl: string): void {
  if (originOf(request, baseUrl) === 'foreign') throw new PurserError('foreign_request');
}

/** The session of a request, with its user. */
export const presentOwnSession = (session: DomainSession, { account }: Principal): Session => ({
  ...presentSession(session),
  user: presentUser(account),
});
