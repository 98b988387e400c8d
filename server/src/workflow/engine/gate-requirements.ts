import { REQUIREMENTS, type Requirement, requirementOf } from '../../directory/tokens/reach.ts';
import type { DelegateApi, DelegateMethod, Gate } from '../delegates/delegate-api.ts';

/**
 * The requirements of gates (workflow-v1 §1.3). `authenticated` is for changes of the caller's own account, so narrowed
 * tokens do not pass it.
 */
const GATES: Readonly<Record<Gate, Requirement>> = {
  none: REQUIREMENTS.public,
  authenticated: REQUIREMENTS.account,
  mod_or_admin: REQUIREMENTS.moderator,
  project_admin: REQUIREMENTS.manager,
  admin: REQUIREMENTS.operator,
};

/** The requirement of a method of a delegate API. Throws for an unknown gate. */
export function requirementOfMethod(
  api: Pick<DelegateApi, 'name'>,
  name: string,
  { gate, requires }: DelegateMethod,
): Requirement {
  if (requires !== undefined) return requirementOf(requires);
  // Operators use delegate APIs to change the accounts of users.
  if (gate === 'admin' && name !== 'GET') return REQUIREMENTS.whole_operator;
  const requirement: Requirement | undefined = Object.hasOwn(GATES, gate) ? GATES[gate] : undefined;
  if (!requirement) throw new Error(`The delegate API '${api.name}' has an unknown gate '${gate}'.`);
  return requirement;
}
