import { type ErrorKind, PurserError } from '../../lib/errors.ts';

/** A refusal on the wire of the account and identity dialects (account-v1 §2.4). */
export interface Fault {
  readonly name: string;
  readonly code: number;
  readonly message: string;
  /** Facts instead of `details`; only refused commissions have them (quota §2.2). */
  readonly data?: object;
}

/** A refusal with a text of the dialect, because the wire has an exact text for it (account-v1 §2.5). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: ErrorKind;
  readonly data: object | undefined;

  constructor(kind: ErrorKind, message: string, data?: object) {
    super(message);
    this.kind = kind;
    this.data = data;
  }
}

/** A refusal of the request itself: 400 `badRequest`. */
export const badRequest = (message: string): Refusal => new Refusal('invalid', message);

const FAULTS: Record<ErrorKind, readonly [name: string, code: number]> = {
  invalid: ['badRequest', 400],
  unauthenticated: ['unauthorized', 401],
  forbidden: ['forbidden', 403],
  not_found: ['itemNotFound', 404],
  not_allowed: ['notAllowed', 405],
  conflict: ['conflict', 409],
  over_limit: ['overLimit', 413],
  too_many: ['overLimit', 429],
  unavailable: ['serviceUnavailable', 503],
  bad_gateway: ['badGateway', 502],
  internal: ['internalServerError', 500],
};

/** The texts that clients of these dialects know, where they differ from the general ones. */
const WORDING: Partial<Record<PurserError['code'], string>> = {
  token_missing: 'Access denied. No authentication token',
  token_unknown: 'Invalid X-Auth-Token',
  account_inactive: 'User inactive',
  token_expired: 'Authentication expired',
  terms_unsigned: 'Pending approval terms',
  credentials_wrong: 'Invalid credentials',
};

/**
 * The fault for an error of the domain, of the dialect, or of the framework about an unreadable request. An unexpected
 * error is not described.
 */
export function faultOf(error: unknown): Fault {
  if (error instanceof Refusal) return fault(error.kind, error.message, error.data);
  if (error instanceof PurserError) return fault(error.kind, WORDING[error.code] ?? error.message);
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (status === 413) return fault('over_limit', 'The request body is too large.');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return fault('invalid', (error as Error).message);
  }
  return fault('internal', 'Unexpected error');
}

function fault(kind: ErrorKind, message: string, data?: object): Fault {
  const [name, code] = FAULTS[kind];
  return { name, code, message, ...(data && { data }) };
}
