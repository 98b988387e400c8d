import { MailRequested, PasswordReset } from '@purser/api/native/accounts/me';
import type { Domain } from '../../../domain.ts';
import { requestPasswordReset } from '../../kernel/password-reset-request.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';

const request = operation(
  {
    id: 'requestPasswordReset',
    tag: 'Me',
    access: 'public',
    summary: 'Request a mail to set a new password',
    description: 'The response and its time are the same for every address.',
    answers: { 202: named(MailRequested) },
  },
  { body: PasswordReset },
);

/** New passwords for people who have forgotten theirs. */
export function passwordResetRoutes(app: NativeApp, domain: Domain): void {
  app.post('/password-reset', request, async ({ body, ip }, reply): Promise<MailRequested> => {
    await requestPasswordReset(domain, body.email, ip);
    reply.code(202);
    return { status: 'requested' };
  });
}
