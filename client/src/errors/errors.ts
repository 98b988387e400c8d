/** What an error of the client knows beside its message. */
export interface ErrorFacts {
  /** The HTTP status; 0 where no answer came, or where none was asked for. */
  readonly status?: number;
  /** What went wrong, to program against: the code or fault name of the answer, or one of the client's own. */
  readonly code?: string;
  /** What the answer says beside its message: the details of a fault, or its whole text. */
  readonly details?: string;
  /** The body of the answer, parsed, where it was JSON. */
  readonly data?: unknown;
  readonly cause?: unknown;
}

/**
 * Anything that goes wrong between a caller and Purser. All other errors of the client derive from it
 * (`AstakosClientException` of old).
 */
export class PurserError extends Error {
  override readonly name: string = 'PurserError';
  declare readonly status: number;
  declare readonly code: string;
  declare readonly details: string;
  declare readonly data: unknown;

  constructor(message: string, { status = 0, code = 'unknown', details = '', data, cause }: ErrorFacts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.details = details;
    this.data = data;
  }
}

/** The client was called with something that makes no sense; nothing was sent. */
export class BadValue extends PurserError {
  override readonly name: string = 'BadValue';

  constructor(message: string) {
    super(message, { code: 'bad_value' });
  }
}

/** No complete answer came: no connection, or one that ended too early. The reason is the `cause`. */
export class ConnectionError extends PurserError {
  override readonly name: string = 'ConnectionError';
}

/** No complete answer came in the time that was given. */
export class TimeoutError extends ConnectionError {
  override readonly name: string = 'TimeoutError';
}

/** The answer is a success whose body is not what was to be expected: not JSON, or of another shape. */
export class InvalidResponse extends PurserError {
  override readonly name: string = 'InvalidResponse';

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, { code: 'invalid_response', ...facts });
  }
}

/** 400: the request is not valid. */
export class BadRequest extends PurserError {
  override readonly name: string = 'BadRequest';
}

/** 401: the token is missing, unknown or expired, or belongs to a user who may not use it. */
export class Unauthorized extends PurserError {
  override readonly name: string = 'Unauthorized';
}

/** 403: the token does not allow this. */
export class Forbidden extends PurserError {
  override readonly name: string = 'Forbidden';
}

/** 404: there is no such thing. */
export class NotFound extends PurserError {
  override readonly name: string = 'NotFound';
}

/** 409: not possible in the present state. */
export class Conflict extends PurserError {
  override readonly name: string = 'Conflict';
}

/** 503, also after the last retry: the service cannot answer now. */
export class Unavailable extends PurserError {
  override readonly name: string = 'Unavailable';
}

/** What a refused charge would have exceeded; every number is exact. */
export interface Excess {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  readonly source: string | null;
  readonly resource: string;
  readonly requested: bigint;
  readonly limit: bigint;
  readonly usage: bigint;
  /**
   * What is left below the limit; negative where more is used already. For a release (`requested` is negative) what is
   * in use, of which no more can be released.
   */
  readonly available: bigint;
}

/** 413: a quantity would fall below zero or exceed the capacity of one of the holdings; nothing was charged. */
export class QuotaLimit extends PurserError {
  override readonly name: string = 'QuotaLimit';
  /** Undefined where the answer does not say it. */
  declare readonly excess: Excess | undefined;

  constructor(message: string, facts: ErrorFacts, excess: Excess | undefined) {
    super(message, facts);
    this.excess = excess;
  }
}

/** No user has this uuid. */
export class NoUserName extends PurserError {
  override readonly name: string = 'NoUserName';

  constructor(uuid: string) {
    super(`No user has the uuid ${uuid}.`, { code: 'no_user_name' });
  }
}

/** No user has this name. */
export class NoUUID extends PurserError {
  override readonly name: string = 'NoUUID';

  constructor(displayName: string) {
    super(`No user has the name ${displayName}.`, { code: 'no_uuid' });
  }
}

/** No endpoint fits what was asked for. */
export class NoEndpoints extends PurserError {
  override readonly name: string = 'NoEndpoints';

  constructor() {
    super('No endpoint fits.', { code: 'no_endpoints' });
  }
}
