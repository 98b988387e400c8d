import { type TSchema, Type } from 'typebox';
import { REQUIREMENTS, type RequirementName } from '../../../directory/tokens/reach.ts';

/** What a route is, for the people and programs that read the description of the API. */
export interface About {
  /** Unique, in camelCase: generated clients name their functions by it. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** What it needs of whoever calls it. */
  readonly access: Access;
  /** Whether users may call it who have not signed the terms of service in force. */
  readonly unsigned?: true;
  /** Whether it can be rehearsed: it changes something in transactions of the storage, each on its own, and nowhere else. */
  readonly rehearsable?: true;
  /** Problems beside the ones that any route of its kind can have. */
  readonly problems?: readonly (401 | 403 | 404 | 409 | 413)[];
  /** What a status means on this route, where that is not what it means elsewhere. */
  readonly texts?: Readonly<Record<number, string>>;
  /** The success: one status and what comes with it; null for nothing. */
  readonly answers: Readonly<Record<number, TSchema | null>>;
}

interface Shapes {
  readonly headers?: TSchema;
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly body?: TSchema;
}

/** Of all that routes can need, what routes of this API do. */
type Access = keyof typeof WHO;

const WHOLE = 'with a token of the whole account';

const WHO = {
  public: 'Needs no token.',
  any: 'For any user, with any token.',
  project: 'For any user; a token that is narrowed acts within its project and its roles.',
  account: `For any user, ${WHOLE}.`,
  own: `For any user, ${WHOLE}; and for operators.`,
  profile: 'For the user concerned, and for operators.',
  self: `For the user concerned, ${WHOLE}; and for operators.`,
  secrets: `For the user concerned, and for operators, ${WHOLE}.`,
  operator: 'For operators.',
  whole_operator: `For operators, ${WHOLE}.`,
  component: 'For components.',
  ledger: 'For components, which see nothing but what they issued themselves, and for operators.',
} as const satisfies Partial<Record<RequirementName, string>>;

const PROBLEM_TEXTS: Record<number, string> = {
  400: 'The request is not valid; `errors` names the fields.',
  401: 'No token, or one that is not known, has expired, or belongs to somebody who may not use it.',
  403: 'The token does not allow this.',
  404: 'There is no such thing.',
  409: 'Not possible in the present state.',
  413: 'The body is too large.',
  415: 'The body is not `application/json`.',
  429: 'Too many requests of this kind, by this account or from this address; `Retry-After` says when to try again.',
};

/** A reference to a schema that has a name, so that the description has it once and generated types have its name. */
export function named(schema: TSchema): TSchema {
  return Type.Ref((schema as { $id?: string }).$id ?? '');
}

/** The options of a route: what it takes and answers, how it is described, and who may call it. */
export function operation<const S extends Shapes>(about: About, shapes: S) {
  const rehearsable = about.rehearsable && 'It can be rehearsed.';
  const unsigned = about.unsigned && 'Terms of service may be pending.';
  const description = [about.description, rehearsable, WHO[about.access], unsigned].filter(Boolean).join(' ');
  return {
    schema: {
      ...shapes,
      operationId: about.id,
      summary: about.summary,
      description,
      tags: [about.tag],
      security: about.access === 'public' ? [] : [{ bearer: [] }, { token: [] }],
      response: { ...successes(about), ...problems(about, shapes) } as Record<number, unknown>,
    },
    config: {
      requires: REQUIREMENTS[about.access],
      unsigned: about.unsigned === true,
      rehearsable: about.rehearsable === true,
    },
  };
}

function successes({ answers }: About): Record<string, TSchema> {
  const nothing = Type.Null({ description: 'Done; there is no body.' });
  return Object.fromEntries(Object.entries(answers).map(([status, schema]) => [status, schema ?? nothing]));
}

function problems(
  { access, problems: more = [], texts = {} }: About,
  { body, ...others }: Shapes,
): Record<string, unknown> {
  const statuses = new Set<number>(more);
  if (body || Object.keys(others).length > 0) statuses.add(400);
  if (access !== 'public') statuses.add(401);
  if (access !== 'public' && access !== 'any') statuses.add(403);
  if (body) statuses.add(413).add(415).add(429);
  const content = { 'application/problem+json': { schema: Type.Ref('Problem') } };
  return Object.fromEntries(
    [...statuses]
      .sort()
      .map((status) => [status, { description: texts[status] ?? PROBLEM_TEXTS[status], content }]),
  );
}
