import type { FastifyRequest } from 'fastify';
import { type Feedback, isFeedback, sendFeedback } from '../../directory/accounts/feedback.ts';
import type { Account } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { sendEmpty } from '../cloudfault/answer.ts';
import { userOf } from '../cloudfault/callers.ts';
import { badRequest } from '../cloudfault/fault.ts';
import { textBody } from '../cloudfault/json-body.ts';
import { bodyBytes } from '../kernel/body.ts';
import type { RouteTable } from '../kernel/routes.ts';

/** Feedback from a user to the operators, by mail (account-v1 §5). */
export function feedbackRoutes(domain: Domain): RouteTable {
  return [
    {
      path: '/feedback',
      methods: {
        POST: {
          requires: 'account',
          handler: async (request, reply) => {
            const from = { account: userOf(request).account, address: request.ip };
            const delivered = await deliver(domain, from, await readFeedback(request));
            return sendEmpty(request, reply, delivered ? 200 : 502);
          },
        },
      },
    },
  ];
}

/** Sends the mail. Returns whether the mail server accepted it. */
async function deliver(
  domain: Domain,
  from: { account: Account; address: string },
  feedback: Feedback,
): Promise<boolean> {
  try {
    await sendFeedback(domain, domain.settings, from, feedback);
    return true;
  } catch (error) {
    if (error instanceof PurserError && error.code === 'mail_failed') return false;
    throw error;
  }
}

async function readFeedback(request: FastifyRequest): Promise<Feedback> {
  const fields = await formFields(request);
  const message = fields('feedback_msg');
  const data = fields('feedback_data');
  if (!isFeedback({ message, data })) throw badRequest('Invalid data');
  return { message, data };
}

/**
 * The fields of the form. A body that is not declared as multipart is parsed as urlencoded, whatever its Content-Type:
 * the official client sends `application/octet-stream`.
 */
async function formFields(request: FastifyRequest): Promise<(name: string) => string> {
  const type = request.contentType ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) {
    const fields = new URLSearchParams(textBody(request));
    return (name) => fields.get(name) ?? '';
  }
  const fields = await multipartFields(bodyBytes(request), type);
  return (name) => {
    const field = fields.get(name);
    return typeof field === 'string' ? field : '';
  };
}

async function multipartFields(body: Buffer, type: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  } catch {
    throw badRequest('Invalid data');
  }
}
