import type { FastifyInstance, FastifyReply } from 'fastify';
import { type ErrorCode, type ErrorKind, PurserError, retryAfter } from '../../lib/errors.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import { publicUrl } from '../../lib/text/public-address.ts';

/** An error on the wire of Keystone v3: `{"error": {code, title, message}}`. */
interface Fault {
  readonly code: number;
  readonly title: string;
  readonly message: string;
}

const KINDS: Record<ErrorKind, readonly [code: number, title: string]> = {
  invalid: [400, 'Bad Request'],
  unauthenticated: [401, 'Unauthorized'],
  forbidden: [403, 'Forbidden'],
  not_found: [404, 'Not Found'],
  not_allowed: [409, 'Conflict'],
  conflict: [409, 'Conflict'],
  over_limit: [413, 'Request Entity Too Large'],
  too_many: [429, 'Too Many Requests'],
  unavailable: [503, 'Service Unavailable'],
  bad_gateway: [502, 'Bad Gateway'],
  internal: [500, 'Internal Server Error'],
};

/** One text for all failed authentications, so that it does not reveal which accounts exist. */
const UNAUTHENTICATED = 'Authentication required: the credentials are not valid.';

/** Refusals after a right password: their texts say what to do instead. */
const EXPLAINED: readonly ErrorCode[] = [
  'password_change_required',
  'second_factor_required',
  'second_factor_enrolment_required',
];

/** A refusal by the dialect itself: of unsupported or unreadable input. */
export class DialectRefusal extends Error {
  override readonly name = 'DialectRefusal';
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export const badRequest = (message: string): DialectRefusal => new DialectRefusal('invalid', message);
export const notFound = (message: string): DialectRefusal => new DialectRefusal('not_found', message);

/** The challenge of responses with status 401: it says where to get a token. */
export const challengeOf = (baseUrl: string): string =>
  `Keystone uri="${publicUrl(baseUrl, '/identity/v3')}"`;

/** Sends all errors of a scope in the dialect's envelope. @param baseUrl of the service */
export function answerFaults(app: FastifyInstance, baseUrl: string): void {
  app.setErrorHandler((error, request, reply) => {
    const fault = faultOf(error);
    if (fault.code === 500) request.log.error({ err: error }, 'unexpected error');
    if (fault.code === 401) reply.header('www-authenticate', challengeOf(baseUrl));
    const wait = retryAfter(error) ?? (fault.code === 503 ? '1' : undefined);
    if (wait !== undefined) reply.header('retry-after', wait);
    return sendFault(reply, fault);
  });
  app.setNotFoundHandler((_request, reply) =>
    sendFault(reply, faultFrom('not_found', 'There is no resource at this address.')),
  );
}

/** The 405 response of this dialect, for the kernel's `mount`. */
export function methodNotAllowed(_request: unknown, reply: FastifyReply, allow: string): FastifyReply {
  reply.header('allow', allow);
  return sendFault(reply, { code: 405, title: 'Method Not Allowed', message: `Allowed methods: ${allow}.` });
}

function sendFault(reply: FastifyReply, fault: Fault): FastifyReply {
  return reply
    .code(fault.code)
    .header('content-type', 'application/json')
    .send(stringifyExact({ error: fault }));
}

function faultOf(error: unknown): Fault {
  if (error instanceof DialectRefusal) return faultFrom(error.kind, error.message);
  if (error instanceof PurserError) {
    const isHidden = error.kind === 'unauthenticated' && !EXPLAINED.includes(error.code);
    return faultFrom(error.kind, isHidden ? UNAUTHENTICATED : error.message);
  }
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (status === 413) return faultFrom('over_limit', 'The request body is too large.');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return faultFrom('invalid', (error as Error).message);
  }
  return faultFrom('internal', 'Internal error.');
}

function faultFrom(kind: ErrorKind, message: string): Fault {
  const [code, title] = KINDS[kind];
  return { code, title, message };
}
