import {
  SignUp,
  SignUpAccepted,
  SignUpAddress,
  SignUpCode,
  SignUpVerified,
} from '@purser/api/native/accounts/sign-up';
import type { Domain } from '../../../domain.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';

const tag = 'Sign-up';

const signUp = operation(
  {
    id: 'signUp',
    tag,
    access: 'public',
    summary: 'Create an account for oneself',
    description:
      'Sends a mail to the address: with a link that confirms it, or, if it has an account, with a link to sign in. The ' +
      'response is the same in both cases. Responds 403 `sign_up_closed` if operators create the accounts.',
    problems: [403, 409],
    answers: { 202: named(SignUpAccepted) },
  },
  { body: SignUp },
);

const verify = operation(
  {
    id: 'verifySignUp',
    tag,
    access: 'public',
    summary: 'Confirm the e-mail address of a sign-up',
    description: 'Uses up the code. The account is then active, or waits for an operator.',
    problems: [409],
    answers: { 202: named(SignUpVerified) },
  },
  { body: SignUpCode },
);

const resend = operation(
  {
    id: 'resendSignUpMail',
    tag,
    access: 'public',
    summary: 'Send the mail of a sign-up again',
    description:
      'Sends a new link if the address waits for its confirmation; earlier links no longer work. The response is the ' +
      'same for every address.',
    answers: { 202: named(SignUpAccepted) },
  },
  { body: SignUpAddress },
);

/** Accounts that people create for themselves. */
export function signUpRoutes(app: NativeApp, { signUps }: Domain): void {
  app.post('/sign-up', signUp, async (request, reply): Promise<SignUpAccepted> => {
    const { email, username, first_name, last_name, password, terms, language } = request.body;
    const form = { email, firstName: first_name, lastName: last_name, password };
    await signUps.signUp({ ...form, ...omitUndefined({ username, terms, language }) }, request.ip);
    reply.code(202);
    return { status: 'mail_sent' };
  });

  app.post('/sign-up/verify', verify, async (request, reply): Promise<SignUpVerified> => {
    const { active } = await signUps.verify(request.body.code, request.ip);
    reply.code(202);
    return { state: active ? 'active' : 'waiting_for_moderation' };
  });

  app.post('/sign-up/resend', resend, async (request, reply): Promise<SignUpAccepted> => {
    await signUps.resend(request.body.email, request.ip);
    reply.code(202);
    return { status: 'mail_sent' };
  });
}
