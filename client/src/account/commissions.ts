import { BadValue, PurserError, QuotaLimit } from '../errors/errors.ts';
import type { CallOptions } from '../http/call.ts';
import { newIdempotencyKey } from '../http/idempotency-key.ts';
import { path } from '../http/path.ts';
import {
  type Provision,
  projectProvision,
  provisionsOf,
  type Quantities,
  type Quantity,
  reassignmentOf,
  userProvision,
} from '../provisions.ts';
import { type Ask, required } from './account-calls.ts';
import { idIn, idsIn, objectIn, withQuantities } from './expected.ts';

/** Properties of every commission. */
export interface CommissionTerms {
  /** A description, shown in lists and in the usage history. */
  readonly name?: string | undefined;
  /** Whether charges may exceed limits. Usage never falls below zero. */
  readonly force?: boolean | undefined;
  /** Whether to accept it when it is issued. */
  readonly autoAccept?: boolean | undefined;
  /**
   * Idempotency key: of all requests with this key only the first issues a commission, and all of them return its
   * serial. Default: a new random key for each call. Up to 255 visible ASCII characters.
   */
  readonly key?: string | undefined;
}

/** A change of the usage of a user in a project. */
export interface UserProvision {
  readonly user: string;
  readonly project: string;
  readonly resource: string;
  readonly quantity: Quantity;
}

/** A change of the usage of a project. */
export interface ProjectProvision {
  readonly project: string;
  readonly resource: string;
  readonly quantity: Quantity;
}

/** Provisions of users and of projects: as lists, or by user, project and resource. */
export interface GenericCommission extends CommissionTerms {
  readonly userProvisions?:
    | readonly UserProvision[]
    | Readonly<Record<string, QuantitiesByProject>>
    | undefined;
  readonly projectProvisions?: readonly ProjectProvision[] | QuantitiesByProject | undefined;
}

/** Quantities by project and resource. */
export type QuantitiesByProject = Readonly<Record<string, Quantities>>;

/** Charges of a user, each to the user and to the project: to any projects, or all to the project `source`. */
export type OneCommission = CommissionTerms & {
  /** Uuid of the user. */
  readonly holder: string;
} & (
    | {
        /** As a list, or by project and resource. */
        readonly provisions: readonly ProjectProvision[] | QuantitiesByProject;
        readonly source?: undefined;
      }
    | {
        /** The project; `system` means the system project of the user. */
        readonly source: string;
        /** By resource. */
        readonly provisions: Quantities;
      }
  );

/** A move of a user's usage between projects: any projects, or all from one project to another. */
export type ReassignedCommission = CommissionTerms & {
  /** Uuid of the user. */
  readonly holder: string;
} & (
    | {
        readonly provisions: readonly {
          readonly from: string;
          readonly to: string;
          readonly resource: string;
          readonly quantity: Quantity;
        }[];
        readonly from?: undefined;
        readonly to?: undefined;
      }
    | {
        readonly from: string;
        readonly to: string;
        /** By resource. */
        readonly provisions: Quantities;
      }
  );

/** A pending commission, with the property names of the API. */
export interface CommissionInfo {
  readonly serial: number;
  readonly name: string;
  /** ISO 8601 with offset. */
  readonly issue_time: string;
  readonly provisions: readonly Provision[];
}

export type CommissionAction = 'accept' | 'reject';

/** The result of resolving several commissions. */
export interface Resolution {
  readonly accepted: readonly number[];
  readonly rejected: readonly number[];
  /** Failed ones: serial and fault. */
  readonly failed: readonly (readonly [
    serial: number,
    fault: Readonly<Record<string, { readonly code: number; readonly message: string }>>,
  ])[];
}

/**
 * Commissions: changes of usage that are issued and then accepted or rejected as a whole. All calls need the secret of
 * a component, and a component sees only its own commissions. Calls without a response are retried, since all of them
 * are idempotent: issuing by its key, resolving by the header `X-Purser-Repeatable`. So an accepted commission may be
 * accepted again, and a rejected one rejected again. Older systems support neither; see `server` of `PurserOptions`, or
 * disable retries for a call by `retries: 0`.
 */
export interface Commissions {
  /**
   * Issues provisions of users and of projects without changes. Services usually call `issueOneCommission`, which
   * creates the pairs. POST `commissions`.
   * @returns the serial
   * @throws QuotaLimit if a limit would be exceeded, or usage fall below zero; NotFound if a user has no holding in a
   *   project; BadValue if a quantity is not an exact integer or the key is not valid; Conflict if the key belongs to
   *   another request; BadRequest; Unauthorized; InvalidResponse; ConnectionError
   */
  issueCommissionGeneric(commission: GenericCommission, options?: CallOptions): Promise<number>;
  /**
   * Charges each quantity to the user and to the project. Negative quantities release. POST `commissions`.
   *
   * ```ts
   * await account.issueOneCommission({ holder, provisions: { [project]: { 'cyclades.vm': 1 } } });
   * await account.issueOneCommission({ holder, source: project, provisions: { 'cyclades.vm': 1 } });
   * ```
   * @returns the serial
   * @throws as `issueCommissionGeneric`
   */
  issueOneCommission(commission: OneCommission, options?: CallOptions): Promise<number>;
  /**
   * Moves usage of a user from one project to another: a release and a charge, which are four provisions for each
   * resource. POST `commissions`.
   * @returns the serial
   * @throws as `issueCommissionGeneric`
   */
  issueResourceReassignment(commission: ReassignedCommission, options?: CallOptions): Promise<number>;
  /**
   * The serials of the component's pending commissions. GET `commissions`.
   * @throws Unauthorized; InvalidResponse; ConnectionError
   */
  getPendingCommissions(options?: CallOptions): Promise<number[]>;
  /**
   * A pending commission. GET `commissions/<serial>`.
   * @throws BadValue if no serial is given; NotFound if it was resolved or is not the component's; Unauthorized;
   *   InvalidResponse; ConnectionError
   */
  getCommissionInfo(serial: number, options?: CallOptions): Promise<CommissionInfo>;
  /**
   * Accepts or rejects a commission. POST `commissions/<serial>/action`.
   * @throws BadValue if no serial is given; NotFound if it was resolved the other way or is not the component's;
   *   BadRequest for another action; Unauthorized; ConnectionError
   */
  commissionAction(serial: number, action: CommissionAction, options?: CallOptions): Promise<void>;
  /** Accepts a commission. POST `commissions/<serial>/action`. @throws as `commissionAction` */
  acceptCommission(serial: number, options?: CallOptions): Promise<void>;
  /** Rejects a commission. POST `commissions/<serial>/action`. @throws as `commissionAction` */
  rejectCommission(serial: number, options?: CallOptions): Promise<void>;
  /**
   * Accepts some commissions and rejects others, each independently; the result lists those that failed.
   * POST `commissions/action`; up to 10,000 serials in each list.
   * @throws BadValue if a value is not a serial; BadRequest; Unauthorized; InvalidResponse; ConnectionError
   */
  resolveCommissions(
    acceptSerials: readonly number[],
    rejectSerials: readonly number[],
    options?: CallOptions,
  ): Promise<Resolution>;
}

/** @param repeats whether the server supports idempotency keys and repeated resolutions */
export function commissions(ask: Ask, repeats: boolean): Commissions {
  const issue = async (
    provisions: readonly Provision[],
    { name = '', force = false, autoAccept = false, key = newIdempotencyKey() }: CommissionTerms,
    options: CallOptions | undefined,
  ): Promise<number> => {
    if (!/^[!-~]{1,255}$/.test(key)) throw new BadValue('The key must be 1 to 255 visible ASCII characters.');
    const call = {
      method: 'POST',
      path: path`/commissions`,
      json: { force, auto_accept: autoAccept, name, provisions },
      headers: { 'idempotency-key': key },
      repeatable: repeats,
    } as const;
    const answer = await ask(call, options).catch(asQuotaLimit);
    return idIn(answer, objectIn(answer)['serial']);
  };

  const resolution = {
    method: 'POST',
    headers: { 'x-purser-repeatable': 'true' },
    repeatable: repeats,
  } as const;
  const act: Commissions['commissionAction'] = async (serial, action, options) => {
    const at = path`/commissions/${serialOf(serial)}/action`;
    await ask({ ...resolution, path: at, json: { [required(action, 'The action')]: '' } }, options);
  };

  return {
    issueCommissionGeneric: async ({ userProvisions = [], projectProvisions = [], ...terms }, options) => {
      const users = rows<UserProvision>(userProvisions, ['user', 'project', 'resource']);
      const projects = rows<ProjectProvision>(projectProvisions, ['project', 'resource']);
      const provisions = [
        ...users.map(({ user, project, resource, quantity }) =>
          userProvision(uuid(user), uuid(project), named(resource), quantity),
        ),
        ...projects.map(({ project, resource, quantity }) =>
          projectProvision(uuid(project), named(resource), quantity),
        ),
      ];
      return issue(provisions, terms, options);
    },

    issueOneCommission: async ({ holder, source, provisions, ...terms }, options) => {
      const user = uuid(holder);
      const own = source === 'system' ? user : source;
      const charges =
        own === undefined
          ? rows<ProjectProvision>(provisions, ['project', 'resource'])
          : rows<ProjectProvision>({ [uuid(own)]: provisions }, ['project', 'resource']);
      const wire = charges.flatMap(({ project, resource, quantity }) =>
        provisionsOf({ user, project: uuid(project) }, { [named(resource)]: quantity }),
      );
      return issue(wire, terms, options);
    },

    issueResourceReassignment: async ({ holder, from, to, provisions, ...terms }, options) => {
      const user = uuid(holder);
      const moves =
        from === undefined
          ? rows<Move>(provisions, [])
          : rows<Move>({ [uuid(from)]: { [uuid(to)]: provisions } }, ['from', 'to', 'resource']);
      const wire = moves.flatMap((move) =>
        reassignmentOf(
          { user, from: uuid(move.from), to: uuid(move.to) },
          { [named(move.resource)]: move.quantity },
        ),
      );
      return issue(wire, terms, options);
    },

    getPendingCommissions: async (options) => {
      const answer = await ask({ method: 'GET', path: path`/commissions` }, options);
      return idsIn(answer, answer.data);
    },

    getCommissionInfo: async (serial, options) => {
      const at = path`/commissions/${serialOf(serial)}`;
      const answer = await ask({ method: 'GET', path: at }, options);
      return withQuantities(answer, objectIn(answer), QUANTITY) as unknown as CommissionInfo;
    },

    commissionAction: act,
    acceptCommission: (serial, options) => act(serial, 'accept', options),
    rejectCommission: (serial, options) => act(serial, 'reject', options),

    resolveCommissions: async (acceptSerials, rejectSerials, options) => {
      const json = { accept: serialsOf(acceptSerials), reject: serialsOf(rejectSerials) };
      const call = { ...resolution, path: path`/commissions/action`, json, list: 'failed' };
      const answer = await ask(call, options);
      const { accepted, rejected, failed } = objectIn(answer);
      return {
        accepted: idsIn(answer, accepted),
        rejected: idsIn(answer, rejected),
        failed: failed as unknown as Resolution['failed'],
      };
    },
  };
}

interface Move extends Omit<ProjectProvision, 'project'> {
  readonly from: string;
  readonly to: string;
}

const QUANTITY: ReadonlySet<string> = new Set(['quantity']);

const uuid = (value: string): string => required(value, 'The uuid of a user or project');
const named = (resource: string): string => required(resource, 'The name of a resource');

/** The serial. @throws BadValue if it is not a serial */
function serialOf(serial: number): number {
  if (Number.isSafeInteger(serial) && serial >= 0) return serial;
  throw new BadValue(`${serial} is not the serial of a commission.`);
}

function serialsOf(serials: readonly number[]): number[] {
  if (Array.isArray(serials)) return serials.map(serialOf);
  throw new BadValue('Serials must be given as a list.');
}

/**
 * Returns a list unchanged. For nested records, returns one item for each leaf, with the keys of its path under these
 * names. @throws BadValue if the value is neither
 */
function rows<Row>(tree: unknown, names: readonly string[], path: object = {}): readonly Row[] {
  if (Array.isArray(tree)) return tree;
  const [name, ...rest] = names;
  if (name === undefined) return [{ ...path, quantity: tree } as Row];
  if (typeof tree !== 'object' || tree === null) {
    throw new BadValue('Provisions must be a list, or nested records of quantities.');
  }
  return Object.entries(tree).flatMap(([key, branch]) => rows<Row>(branch, rest, { ...path, [name]: key }));
}

/** For these calls, a response with status 413 means a quota limit, whatever its body is. */
function asQuotaLimit(error: unknown): never {
  if (!(error instanceof PurserError) || error.status !== 413 || error instanceof QuotaLimit) throw error;
  throw new QuotaLimit(error.message, error, undefined);
}
