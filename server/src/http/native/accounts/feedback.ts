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
    summary: 'Say something to those who run the cloud',
    description: 'It is handed to the mail server at once; 502 says that this has failed.',
    answers: { 204: null },
  },
  { body: Feedback },
);

/** A user's word to the operators. */
export function feedbackRoutes(app: NativeApp, domain: Domain): void {
  app.post('/feedback', send, async (request, reply) => {
    const { message, data = '' } = request.body;
    const { account } = callerOf(request);
    await sendFeedback(domain, domain.settings, { account, address: request.ip }, { message, data });
    reply.code(204);
  });
}
