import { Feedback } from '@purser/api/native/accounts/feedback';
import { sendFeedback } from '../../../directory/accounts/feedback.ts';
import type { Domain } from '../../../domain.ts';
import { callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { operation } from '../frame/operation.ts';

const send = operation(
  {
    id: 'sendFeedback',
    tag: 'Me',
    access: 'account',
    summary: 'Send feedback to the operators',
    description: 'The mail is sent before the response; 502 means that the mail server did not accept it.',
    answers: { 204: null },
  },
  { body: Feedback },
);

/** Feedback from users to the operators. */
export function feedbackRoutes(app: NativeApp, domain: Domain): void {
  app.post('/feedback', send, async (request, reply) => {
    const { message, data = '' } = request.body;
    const { account } = callerOf(request);
    await sendFeedback(domain, domain.settings, { account, address: request.ip }, { message, data });
    reply.code(204);
  });
}
