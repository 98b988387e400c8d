import { BadValue } from './errors/errors.ts';

/** A quantity: an integer. A `number` must be exact (up to 2^53); a `bigint` may have 64 bits. */
export type Quantity = number | bigint;

/** Quantities by resource name; positive ones charge, negative ones release. */
export type Quantities = Readonly<Record<string, Quantity>>;

/** A change of one holding, in the form of the API (quota §2.1). */
export interface Provision {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  /** `project:` and the uuid of the project that a user draws from; null if the holder is a project. */
  readonly source: string | null;
  readonly resource: string;
  readonly quantity: bigint;
}

/** The user and the project that are charged. */
export interface Holder {
  /** Uuid of the user; not the e-mail address, which may be given to another user later. */
  readonly user: string;
  /** Uuid of the project; default: the user's system project, which has the uuid of the user. */
  readonly project?: string | undefined;
}

/**
 * The provisions of a charge: for each resource one of the user and one of the project.
 * @throws BadValue if a quantity is not an exact integer, or `user` is an e-mail address
 */
export function provisionsOf({ user, project = user }: Holder, quantities: Quantities): Provision[] {
  return Object.entries(quantities).flatMap(([resource, quantity]) =>
    pair(user, project, resource, exact(quantity, resource)),
  );
}

/**
 * The provisions of a reassignment from one project to another: a release and a charge.
 * @throws BadValue if a quantity is not an exact integer
 */
export function reassignmentOf(
  { user, from, to }: { readonly user: string; readonly from: string; readonly to: string },
  quantities: Quantities,
): Provision[] {
  return Object.entries(quantities).flatMap(([resource, given]) => {
    const quantity = exact(given, resource);
    return [...pair(user, from, resource, -quantity), ...pair(user, to, resource, quantity)];
  });
}

function pair(user: string, project: string, resource: string, quantity: bigint): Provision[] {
  if (user.includes('@')) {
    throw new BadValue(
      `'user' must be a uuid, but '${user}' is an e-mail address; identify(token) and account.serviceGetUuid return it.`,
    );
  }
  return [userProvision(user, project, resource, quantity), projectProvision(project, resource, quantity)];
}

/** A change of the usage of a user in a project. @throws BadValue if the quantity is not an exact integer */
export function userProvision(
  user: string,
  project: string,
  resource: string,
  quantity: Quantity,
): Provision {
  return {
    holder: `user:${user}`,
    source: `project:${project}`,
    resource,
    quantity: exact(quantity, resource),
  };
}

/** A change of the usage of a project. @throws BadValue if the quantity is not an exact integer */
export function projectProvision(project: string, resource: string, quantity: Quantity): Provision {
  return { holder: `project:${project}`, source: null, resource, quantity: exact(quantity, resource) };
}

/** A quantity as a `bigint`. @throws BadValue if it is not an exact integer */
export function exact(quantity: Quantity, resource: string): bigint {
  if (typeof quantity === 'bigint') return quantity;
  if (Number.isSafeInteger(quantity)) return BigInt(quantity);
  throw new BadValue(
    `The quantity of ${resource} is not an exact integer: ${quantity}; use a bigint above 2^53.`,
  );
}
