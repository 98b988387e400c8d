/**
 * Problems between HTTP and the domain. The domain cannot cause them, so its table of errors does not contain
 * them.
 */
const PROBLEMS = {
  path_unknown: { status: 404, detail: 'There is no resource at this address.' },
  method_not_allowed: { status: 405, detail: 'This address does not support the method.' },
  content_type_unsupported: {
    status: 415,
    detail: 'The body must be sent as Content-Type: application/json.',
  },
} as const;

export type HttpProblemCode = keyof typeof PROBLEMS;

/** A request that no route can answer. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: HttpProblemCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: HttpProblemCode, headers: Record<string, string> = {}) {
    super(PROBLEMS[code].detail);
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.headers = headers;
  }
}
