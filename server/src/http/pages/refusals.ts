import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { type ErrorKind, PurserError } from '../../lib/errors.ts';
import type { TokenEnd } from '../../workflow/tokens/workflow-token.ts';
import { sendTo } from './frame.ts';
import { strangerOf } from './visitor.ts';

/** The texts of a page that reports an error. */
interface Words {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

const REFUSALS = {
  not_found: { status: 404, title: 'Page not found', text: 'There is no page at this address.' },
  foreign_form: {
    status: 403,
    title: 'This form came from another site',
    text: 'Nothing was changed. Open the link in your mail and use the form there.',
  },
  not_a_form: {
    status: 415,
    title: 'The form could not be read',
    text: 'Nothing was changed. Open the link in your mail and use the form there.',
  },
  repeated_field: {
    status: 400,
    title: 'The form has a field twice',
    text: 'Nothing was changed. Open the link in your mail and use the form there.',
  },
  bad_request: { status: 400, title: 'The request is not valid', text: 'Nothing was changed.' },
  too_large: { status: 413, title: 'The form is too large', text: 'Nothing was changed.' },
  failed: {
    status: 500,
    title: 'Something went wrong',
    text: 'The request could not be completed. The operators can find the cause in the log. Try again later.',
  },
} as const satisfies Record<string, Words>;

/** A refusal of the pages themselves. */
export class PageRefusal extends Error {
  readonly words: Words;

  constructor(code: keyof typeof REFUSALS) {
    super(code);
    this.words = REFUSALS[code];
  }
}

/** Why a link does not work any more. */
const ENDED: Readonly<Record<TokenEnd, Omit<Words, 'status'>>> = {
  used: {
    title: 'This link has already been used',
    text: 'The request is complete. A link works only once. If you did not use it, contact the operators.',
  },
  cancelled: {
    title: 'This request was cancelled',
    text: 'The link does not work any more, and nothing was changed. If you still need it, make the request again.',
  },
  replaced: {
    title: 'There is a newer link',
    text: 'Another mail with a newer link was sent, and this one does not work any more. Use the link in the latest mail.',
  },
  expired: {
    title: 'This link has expired',
    text: 'The link can no longer be used, and nothing was changed. Request a new one.',
  },
};

const UNKNOWN: Words = {
  status: 404,
  title: 'This link is not valid',
  text: 'Check that the whole address from the mail is in the address bar. If it is, ask for a new link.',
};

/** Sends any error as a page. Internal errors are logged, and not described. */
export function answerWithPage(domain: Domain) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { status, title, text } = wordsFor(error);
    const expected = error instanceof PageRefusal || error instanceof PurserError;
    if (status >= 500 && !expected) request.log.error({ err: error }, 'unexpected error');
    if (status === 503) reply.header('retry-after', '1');
    const visitor = strangerOf(request);
    return sendTo(
      domain,
      { request, reply, visitor },
      { status, title, alert: true, body: `<p>${text}</p>` },
    );
  };
}

function wordsFor(error: unknown): Words {
  if (error instanceof PageRefusal) return error.words;
  if (error instanceof PurserError) return wordsOf(error);
  const { code, statusCode = 500 } = error as FastifyError;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return REFUSALS.too_large;
  return statusCode >= 400 && statusCode < 500 ? REFUSALS.bad_request : REFUSALS.failed;
}

const CHANGED: Words = {
  status: 409,
  title: 'This is not possible at present',
  text: 'Something has changed since the page was opened. Nothing was changed by this request. Open the page again.',
};

/** Refusals that a page does not show in its form. */
const BY_KIND: Partial<Record<ErrorKind, Words>> = {
  unavailable: {
    status: 503,
    title: 'The service is busy',
    text: 'Nothing was changed. Try again in a moment.',
  },
  too_many: {
    status: 429,
    title: 'Too many requests',
    text: 'There were too many requests from this network or for this account. Nothing was changed. Try again later.',
  },
  unauthenticated: {
    status: 401,
    title: 'Your session has ended',
    text: 'Nothing was changed. Sign in again.',
  },
  forbidden: {
    status: 403,
    title: 'This is not allowed',
    text: 'Nothing was changed. Contact the operators.',
  },
  conflict: CHANGED,
  not_allowed: CHANGED,
  invalid: REFUSALS.bad_request,
};

function wordsOf({ code, kind, data }: PurserError): Words {
  switch (code) {
    case 'workflow_token_not_found': {
      const { ended } = data;
      return ended === undefined ? UNKNOWN : { status: 410, ...ENDED[ended as TokenEnd] };
    }
    case 'task_busy':
      return {
        status: 409,
        title: 'This request is being processed',
        text: 'Wait a moment, then open the link again.',
      };
    case 'task_actions_invalid':
      return {
        status: 409,
        title: 'This is not possible at present',
        text: 'The situation has changed since the mail was sent, and the request cannot be completed. The link stays valid. Contact the sender of the invitation or the operators.',
      };
    case 'task_state':
      return {
        status: 409,
        title: 'This request is not ready',
        text: 'It was changed after the mail was sent, and waits for a decision. You will receive another mail.',
      };
    case 'task_failed':
    case 'task_type_unknown':
      return {
        status: 503,
        title: 'Something went wrong',
        text: 'The request could not be completed, and the operators have been notified. The link stays valid: try again later.',
      };
    default:
      return BY_KIND[kind] ?? REFUSALS.failed;
  }
}
