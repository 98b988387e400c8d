import type { Actor } from '../audit/actor.ts';
import { type Components, OWN_COMPONENT } from '../catalog/components.ts';
import { pendingSerials } from '../ledger/core/commissions.ts';
import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { rehearsal } from '../storage/rehearsal.ts';
import { type ResolutionAction, type ResolutionParts, resolveCommissions } from './resolution.ts';

/** What the removal of a component needs. */
export interface ComponentRemovalParts extends ResolutionParts {
  readonly components: Components;
}

/** How many pending commissions of a component were settled before it was removed. */
export interface SettledCommissions {
  readonly accepted: number;
  readonly rejected: number;
}

/**
 * Removes a component with its services. Its pending commissions would reserve quantity that only an operator could
 * free, so they are settled first where `resolve` says how, and otherwise the removal is refused. Answers how many
 * were settled; the record of the removal says it too. The ledger commits on its own: if the removal fails after it,
 * what was settled stays settled, and asking again goes on from there.
 * Errors: `component_not_found`, `component_built_in`, `component_commissions_pending`, `commission_damaged`.
 */
export async function removeComponent(
  parts: ComponentRemovalParts,
  reference: number | string,
  { resolve, by }: { readonly resolve: ResolutionAction | undefined; readonly by: Actor },
): Promise<SettledCommissions> {
  const { components, ledger } = parts;
  const { id, name } = await components.get(reference);
  if (name === OWN_COMPONENT) throw new PurserError('component_built_in', { component: name });
  const waiting = await ledger.pending(name);
  // The ledger cannot undo what it has done, so a rehearsal tells what would become of the commissions.
  const rehearsed = rehearsal() !== undefined;
  const settled = resolve === undefined || rehearsed ? 0 : await settle(parts, name, resolve, by);
  const count = rehearsed && resolve !== undefined ? waiting.length : settled;
  const told = { accepted: resolve === 'accept' ? count : 0, rejected: resolve === 'reject' ? count : 0 };
  await components.remove(id, by, async (tx) => {
    const pending = rehearsed && resolve !== undefined ? 0 : (await pendingSerials(tx.db, name)).length;
    if (pending > 0) throw new PurserError('component_commissions_pending', { component: name, pending });
    return count > 0 ? { commissions: told } : undefined;
  });
  // A commission that was on its way while the component was removed is settled like the others.
  if (resolve !== undefined && !rehearsed) {
    const late = await settle(parts, name, resolve, by);
    if (late > 0)
      return resolve === 'accept' ? { ...told, accepted: count + late } : { ...told, rejected: count + late };
  }
  return told;
}

/** Settles all pending commissions of a component, and answers how many there were. */
async function settle(
  parts: ComponentRemovalParts,
  name: string,
  action: ResolutionAction,
  by: Actor,
): Promise<number> {
  let settled = 0;
  for (;;) {
    const serials = (await parts.ledger.pending(name)).slice(0, LIMITS.serials_per_bulk);
    if (serials.length === 0) return settled;
    const { accepted, rejected, damaged } = await resolveCommissions(
      parts,
      { operator: by },
      {
        accept: action === 'accept' ? serials : [],
        reject: action === 'reject' ? serials : [],
        reason: `component ${name} removed`,
      },
    );
    settled += accepted.length + rejected.length;
    const [serial] = damaged;
    if (serial !== undefined) throw new PurserError('commission_damaged', { serial });
  }
}
