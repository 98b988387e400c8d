import { PurserError } from '../lib/errors.ts';
import type { Resources } from './resources.ts';

/** Which resources components may charge: any, or those that their own services have registered. */
export class ChargingBounds {
  readonly #resources: Resources;
  readonly #ownOnly: boolean;

  /** @param deps.ownOnly whether a component is held to its own resources */
  constructor({ resources, ownOnly }: { resources: Resources; ownOnly: boolean }) {
    this.#resources = resources;
    this.#ownOnly = ownOnly;
  }

  /**
   * Answers the error for a commission that a component may not issue, undefined for one that it may: `resource_foreign`.
   * A resource that is not registered is for the ledger to refuse. Without the bound it answers at once.
   */
  refusal(
    component: string,
    provisions: readonly { readonly resource: string }[],
  ): Promise<PurserError | undefined> | undefined {
    return this.#ownOnly ? this.#judge(component, provisions) : undefined;
  }

  async #judge(
    component: string,
    provisions: readonly { readonly resource: string }[],
  ): Promise<PurserError | undefined> {
    const owners = new Map((await this.#resources.all()).map((one) => [one.name, one.component]));
    const foreign = provisions.find(({ resource }) => (owners.get(resource) ?? component) !== component);
    return foreign && new PurserError('resource_foreign', { component, resource: foreign.resource });
  }
}
