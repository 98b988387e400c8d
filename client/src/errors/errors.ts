/** The properties of an error besides its message. */
export interface ErrorFacts {
  /** The HTTP status; 0 if there was no response or no request. */
  readonly status?: number;
  /** A stable code for programs: the code or fault name of the response, or one of the client. */
  readonly code?: string;
  /** Details of the response besides its message: the details of a fault, or the whole text. */
  readonly details?: string;
  /** The parsed body of the response, if it was JSON. */
  readonly data?: unknown;
  readonly cause?: unknown;
}

/**
 * The base class of all errors of the client (`AstakosClientException` in astakosclient).
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

/** An argument of a call or an option is not valid; no request was sent. */
export class BadValue extends PurserError {
  override readonly name: string = 'BadValue';

  constructor(message: string) {
    super(message, { code: 'bad_value' });
  }
}

/** There was no complete response: the connection failed or ended too early. The reason is the `cause`. */
export class ConnectionError extends PurserError {
  override readonly name: string = 'ConnectionError';
}

/** There was no complete response within the timeout. */
export class TimeoutError extends ConnectionError {
  override readonly name: string = 'TimeoutError';
}

/** A successful response has an unexpected body: not JSON, or of another structure. */
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

/** 404: the object does not exist. */
export class NotFound extends PurserError {
  override readonly name: string = 'NotFound';
}

/** 409: not possible in the present state. */
export class Conflict extends PurserError {
  override readonly name: string = 'Conflict';
}

/** 503 after the last retry: the service is unavailable. */
export class Unavailable extends PurserError {
  override readonly name: string = 'Unavailable';
}

/** The limit that a refused charge would have exceeded; every number is exact. */
export interface Excess {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  readonly source: string | null;
  readonly resource: string;
  readonly requested: bigint;
  readonly limit: bigint;
  readonly usage: bigint;
  /**
   * The quantity available below the limit; negative if the usage exceeds the limit. For a release (`requested` is
   * negative), the usage, which is the most that can be released.
   */
  readonly available: bigint;
}

/** 413: a quantity would fall below zero or exceed the capacity of one of the holdings; nothing was charged. */
export class QuotaLimit extends PurserError {
  override readonly name: string = 'QuotaLimit';
  /** Undefined if the response does not have it. */
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

/** No endpoint matches the criteria. */
export class NoEndpoints extends PurserError {
  override readonly name: string = 'NoEndpoints';

  constructor() {
    super('No endpoint matches.', { code: 'no_endpoints' });
  }
}
