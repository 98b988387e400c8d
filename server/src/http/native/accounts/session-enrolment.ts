import {
  EnrolmentStep,
  EnrolmentWithCode,
  EnrolmentWithPasskey,
  SessionEnrolled,
} from '@purser/api/native/accounts/session';
import { PasskeyQuestion, TotpBegun } from '@purser/api/native/accounts/sign-in-methods';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import type { EnrolledSignIn } from '../../../signin/enrolment-at-sign-in.ts';
import { clientOf } from '../../kernel/session-cookie.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { refuseForeign, STEPS, signInStep } from './sign-in-step.ts';

const tag = 'Sessions';

const TICKET = 'Requires the ticket of a `second_factor_enrolment_required` response.';

const beginTotp = operation(
  {
    id: 'beginTotpAtSignIn',
    tag,
    access: 'public',
    summary: 'Get a secret for an authenticator app during a sign-in',
    description: TICKET,
    problems: [401, 403, 409],
    answers: { 201: named(TotpBegun) },
  },
  { body: EnrolmentStep },
);

const confirmTotp = operation(
  {
    id: 'confirmTotpAtSignIn',
    tag,
    access: 'public',
    summary: 'Confirm the authenticator app and continue the sign-in',
    description: `${TICKET} ${STEPS}`,
    problems: [401, 403, 404, 409],
    answers: { 201: named(SessionEnrolled) },
  },
  { body: EnrolmentWithCode },
);

const passkeyOptions = operation(
  {
    id: 'getPasskeyCreationOptionsAtSignIn',
    tag,
    access: 'public',
    summary: 'Get the options for a new passkey during a sign-in',
    description: TICKET,
    problems: [401, 403, 409],
    answers: { 200: named(PasskeyQuestion) },
  },
  { body: EnrolmentStep },
);

const addPasskey = operation(
  {
    id: 'addPasskeyAtSignIn',
    tag,
    access: 'public',
    summary: 'Register a passkey and continue the sign-in',
    description: `${TICKET} ${STEPS}`,
    problems: [401, 403, 409],
    answers: { 201: named(SessionEnrolled) },
  },
  { body: EnrolmentWithPasskey },
);

/** The step of a sign-in in which a second factor is set up. */
export function sessionEnrolmentRoutes(
  app: NativeApp,
  { enrolmentAtSignIn: enrolment, settings }: Domain,
): void {
  const step = signInStep(settings);

  app.post('/session/enrolment/totp', beginTotp, (request, reply) => {
    refuseForeign(request, settings.baseUrl);
    reply.code(201);
    return enrolment.beginTotp(request.body.ticket);
  });

  app.post('/session/enrolment/totp/confirm', confirmTotp, (request, reply) => {
    const { ticket, code } = request.body;
    return step(request, reply, async () =>
      resultOf(await enrolment.confirmTotp(ticket, code, clientOf(request)), {
        field: 'code',
        reason: 'is not a current code',
      }),
    );
  });

  app.post('/session/enrolment/passkeys/options', passkeyOptions, (request) => {
    refuseForeign(request, settings.baseUrl);
    return enrolment.passkeyOptions(request.body.ticket);
  });

  app.post('/session/enrolment/passkeys', addPasskey, (request, reply) => {
    const { ticket, passkey_ticket, name, response } = request.body;
    const made = { ticket: passkey_ticket, name, response };
    return step(request, reply, async () =>
      resultOf(await enrolment.addPasskey(ticket, made, clientOf(request)), {
        field: 'response',
        reason: 'is not a new passkey for this service, or its ticket has expired',
      }),
    );
  });
}

/** @param fault of a second factor that was not proved */
function resultOf(enrolled: EnrolledSignIn | undefined, fault: { field: string; reason: string }) {
  if (!enrolled) throw new PurserError('invalid_field', fault);
  return { ...enrolled.result, shownOnce: { recovery_codes: enrolled.recoveryCodes ?? null } };
}
