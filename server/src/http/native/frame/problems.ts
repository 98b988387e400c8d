/**
 * What goes wrong between HTTP and the domain: the domain never hears of it, so its table of errors does not know
 * it either.
 */
const PROBLEMS = {
  path_unknown: { status: 404, detail: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, detail: 'This address does not take that method.' },
  content_type_unsupported: {
    status: 415,
    detail: 'The body must be sent as Content-Type: application/json.',
  },
} as const;

export type HttpProblemCode = keyof typeof PROBLEMS;

/** A request that no route could answer. */
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
