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
import { type Ask, given } from './account-calls.ts';
import { idIn, idsIn, objectIn, withQuantities } from './expected.ts';

/** What can be said of every commission. */
export interface CommissionTerms {
  /** A description, for readers of listings and the usage history. */
  readonly name?: string | undefined;
  /** Whether limits are to be passed over; usage never falls below zero all the same. */
  readonly force?: boolean | undefined;
  /** Whether it is accepted as soon as it is issued. */
  readonly autoAccept?: boolean | undefined;
  /**
   * Makes the request recognisable: of all requests with this key only the first issues something, and all of them get
   * its serial. Every call has one that no other has unless it is given here. Up to 255 visible characters of ASCII.
   */
  readonly key?: string | undefined;
}

/** A change of what a user has on a project. */
export interface UserProvision {
  readonly user: string;
  readonly project: string;
  readonly resource: string;
  readonly quantity: Quantity;
}

/** A change of what a project has given away. */
export interface ProjectProvision {
  readonly project: string;
  readonly resource: string;
  readonly quantity: Quantity;
}

/** Provisions of users and of projects, each on its own: as lists, or by user, project and resource. */
export interface GenericCommission extends CommissionTerms {
  readonly userProvisions?:
    | readonly UserProvision[]
    | Readonly<Record<string, QuantitiesByProject>>
    | undefined;
  readonly projectProvisions?: readonly ProjectProvision[] | QuantitiesByProject | undefined;
}

/** Quantities by project and resource. */
export type QuantitiesByProject = Readonly<Record<string, Quantities>>;

/** Charges of a user, each on the user and on the project: on any projects, or all on the one called `source`. */
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
        /** The project; `system`, as older clients say, is the user's own. */
        readonly source: string;
        /** By resource. */
        readonly provisions: Quantities;
      }
  );

/** What a user's use of resources moves between: any projects, or all from one project to one other. */
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

/** A commission that has not been resolved; names as on the wire. */
export interface CommissionInfo {
  readonly serial: number;
  readonly name: string;
  /** ISO 8601 with offset. */
  readonly issue_time: string;
  readonly provisions: readonly Provision[];
}

export type CommissionAction = 'accept' | 'reject';

/** What became of many commissions at once. */
export interface Resolution {
  readonly accepted: readonly number[];
  readonly rejected: readonly number[];
  /** The others: serial, and a fault by its name. */
  readonly failed: readonly (readonly [
    serial: number,
    fault: Readonly<Record<string, { readonly code: number; readonly message: string }>>,
  ])[];
}

/**
 * Commissions: changes of what is used, issued and then accepted or rejected as a whole. All calls are for a component's
 * secret, and a component sees none but its own. A call that got no answer is tried again, since every one of them can
 * be repeated: an issue by its key, a resolution by the header `X-Purser-Repeatable`. So a commission that has been
 * accepted may be accepted again, and the same for rejecting. Of older systems neither is true; see `server` of
 * `PurserOptions`, or turn it off for a call by `retries: 0`.
 */
export interface Commissions {
  /**
   * Issues provisions of users and of projects as they are given. A service usually wants `issueOneCommission`, which
   * makes the pairs. POST `commissions`.
   * @returns the serial
   * @throws QuotaLimit if a limit would be exceeded, or usage fall below zero; NotFound if a user has nothing on a
   *   project; BadValue if a quantity is no exact whole number, or a key no key; Conflict if the key belongs to
   *   another request; BadRequest; Unauthorized; InvalidResponse; ConnectionError
   */
  issueCommissionGeneric(commission: GenericCommission, options?: CallOptions): Promise<number>;
  /**
   * Charges a user: every quantity on the user's share of the project and on the project itself. Negative quantities
   * release. POST `commissions`.
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
   * Moves what a user has of resources from one project to another: a release there and a charge here, four provisions
   * for each resource. POST `commissions`.
   * @returns the serial
   * @throws as `issueCommissionGeneric`
   */
  issueResourceReassignment(commission: ReassignedCommission, options?: CallOptions): Promise<number>;
  /**
   * The serials of the component's commissions that have not been resolved. GET `commissions`.
   * @throws Unauthorized; InvalidResponse; ConnectionError
   */
  getPendingCommissions(options?: CallOptions): Promise<number[]>;
  /**
   * A commission that has not been resolved. GET `commissions/<serial>`.
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
   * Accepts some commissions and rejects others, each by itself; what was not possible is part of the answer.
   * POST `commissions/action`; up to 10,000 serials in each list.
   * @throws BadValue if something is no serial; BadRequest; Unauthorized; InvalidResponse; ConnectionError
   */
  resolveCommissions(
    acceptSerials: readonly number[],
    rejectSerials: readonly number[],
    options?: CallOptions,
  ): Promise<Resolution>;
}

/** @param repeats whether the server knows idempotency keys and repeated resolutions */
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
    await ask({ ...resolution, path: at, json: { [given(action, 'The action')]: '' } }, options);
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

const uuid = (value: string): string => given(value, 'The uuid of a user or project');
const named = (resource: string): string => given(resource, 'The name of a resource');

/** @throws BadValue if it can be none */
function serialOf(serial: number): number {
  if (Number.isSafeInteger(serial) && serial >= 0) return serial;
  throw new BadValue(`${serial} is not the serial of a commission.`);
}

function serialsOf(serials: readonly number[]): number[] {
  if (Array.isArray(serials)) return serials.map(serialOf);
  throw new BadValue('Serials must be given as a list.');
}

/**
 * A list as it is; of nested records one item for each leaf, with the keys that lead to it under the names given.
 * @throws BadValue if it is neither
 */
function rows<Row>(tree: unknown, names: readonly string[], path: object = {}): readonly Row[] {
  if (Array.isArray(tree)) return tree;
  const [name, ...rest] = names;
  if (name === undefined) return [{ ...path, quantity: tree } as Row];
  if (typeof tree !== 'object' || tree === null) {
    throw new BadValue('Provisions must be a list, or records with quantities inside.');
  }
  return Object.entries(tree).flatMap(([key, branch]) => rows<Row>(branch, rest, { ...path, [name]: key }));
}

/** Whatever the body of a 413 says, or does not say, it is about quota here. */
function asQuotaLimit(error: unknown): never {
  if (!(error instanceof PurserError) || error.status !== 413 || error instanceof QuotaLimit) throw error;
  throw new QuotaLimit(error.message, error, undefined);
}
