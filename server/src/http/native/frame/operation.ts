import { type TSchema, Type } from 'typebox';
import { REQUIREMENTS, type RequirementName } from '../../../directory/tokens/reach.ts';

/** Describes a route for readers of the API description and for client generators. */
export interface About {
  /** Unique, in camelCase: client generators use it as the name of the method. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** What the route requires of its caller. */
  readonly access: Access;
  /** Whether users may call it before they have accepted the terms of service in force. */
  readonly unsigned?: true;
  /** Whether it supports a dry run: all its changes are transactions of the storage, independent of each other. */
  readonly rehearsable?: true;
  /** Problems in addition to those that every route of its kind can return. */
  readonly problems?: readonly (401 | 403 | 404 | 409 | 413)[];
  /** Descriptions of statuses that differ from the general ones on this route. */
  readonly texts?: Readonly<Record<number, string>>;
  /** The success: one status and the schema of its body; null for no body. */
  readonly answers: Readonly<Record<number, TSchema | null>>;
}

interface Shapes {
  readonly headers?: TSchema;
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly body?: TSchema;
}

/** The requirements, of all that exist, which routes of this API use. */
type Access = keyof typeof WHO;

const WHOLE = 'with a full-access token';

const WHO = {
  public: 'No authentication required.',
  any: 'Requires a user; any token is accepted.',
  session: 'Requires a session.',
  project: 'Requires a user; a narrowed token acts within its project and its roles.',
  account: `Requires a user ${WHOLE}.`,
  own: `Requires a user ${WHOLE}, or an operator.`,
  profile: 'Requires the user concerned, or an operator.',
  self: `Requires the user concerned ${WHOLE}, or an operator.`,
  secrets: `Requires the user concerned or an operator, ${WHOLE}.`,
  operator: 'Requires an operator.',
  whole_operator: `Requires an operator ${WHOLE}.`,
  component: 'Requires a component.',
  ledger: 'Requires a component, which sees only its own commissions, or an operator.',
} as const satisfies Partial<Record<RequirementName, string>>;

const PROBLEM_TEXTS: Record<number, string> = {
  400: 'The request is not valid; `errors` names the fields.',
  401: 'The token is missing, unknown or expired, or its account cannot be used.',
  403: 'The caller is not allowed to do this.',
  404: 'Not found.',
  409: 'Conflict with the current state.',
  413: 'The body is too large.',
  415: 'The body is not `application/json`.',
  429: 'Too many requests of this kind by this account or from this address; `Retry-After` says when to retry.',
};

/** A reference to a named schema, so that the description contains it once and generated types have its name. */
export function named(schema: TSchema): TSchema {
  return Type.Ref((schema as { $id?: string }).$id ?? '');
}

/** The options of a route: its input and output, its description, and its requirement for callers. */
export function operation<const S extends Shapes>(about: About, shapes: S) {
  const rehearsable = about.rehearsable && 'Supports a dry run.';
  const unsigned = about.unsigned && 'Callable before the terms of service are accepted.';
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
  const nothing = Type.Null({ description: 'Done; the response has no body.' });
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
