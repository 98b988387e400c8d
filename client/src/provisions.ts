import { BadValue } from './errors/errors.ts';

/** A quantity: a whole number. A `number` has to be exact (below 2^53); a `bigint` may be anything of 64 bits. */
export type Quantity = number | bigint;

/** Quantities by the names of their resources; positive charges, negative releases. */
export type Quantities = Readonly<Record<string, Quantity>>;

/** A change of one holding, as it goes on the wire (quota §2.1). */
export interface Provision {
  /** `user:` or `project:` and the uuid. */
  readonly holder: string;
  /** `project:` and the uuid that a user draws from; null where the holder is a project. */
  readonly source: string | null;
  readonly resource: string;
  readonly quantity: bigint;
}

/** Who is charged, on which project. */
export interface Holder {
  /** Uuid of the user, not the e-mail address: that one may change hands. */
  readonly user: string;
  /** Uuid of the project; the user's own system project, which has the user's uuid, unless said. */
  readonly project?: string | undefined;
}

/**
 * What charging a user on a project amounts to: for each resource one provision of the user and one of the project.
 * @throws BadValue if a quantity is no exact whole number, or the user is named by an e-mail address
 */
export function provisionsOf({ user, project = user }: Holder, quantities: Quantities): Provision[] {
  return Object.entries(quantities).flatMap(([resource, quantity]) =>
    pair(user, project, resource, exact(quantity, resource)),
  );
}

/**
 * What moving a user's resources from one project to another amounts to: a release there and a charge here.
 * @throws BadValue if a quantity is no exact whole number
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
      `'user' takes a uuid, and '${user}' is an e-mail address; identify(token) and account.serviceGetUuid tell the uuid.`,
    );
  }
  return [userProvision(user, project, resource, quantity), projectProvision(project, resource, quantity)];
}

/** A change of what a user has of a project's. @throws BadValue if the quantity is no exact whole number */
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

/** A change of what a project has given away. @throws BadValue if the quantity is no exact whole number */
export function projectProvision(project: string, resource: string, quantity: Quantity): Provision {
  return { holder: `project:${project}`, source: null, resource, quantity: exact(quantity, resource) };
}

/** A quantity as a `bigint`. @throws BadValue if it is no exact whole number */
export function exact(quantity: Quantity, resource: string): bigint {
  if (typeof quantity === 'bigint') return quantity;
  if (Number.isSafeInteger(quantity)) return BigInt(quantity);
  throw new BadValue(
    `The quantity of ${resource} is not an exact integer: ${quantity}; use a bigint above 2^53.`,
  );
}
