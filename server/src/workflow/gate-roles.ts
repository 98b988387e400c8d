import { type Caller, isKnown } from './caller.ts';
import type { Gate } from './delegate-api.ts';

/** Roles of which whoever passes a gate has one (spec workflow 1.3); nobody needs one where there are none. */
const GATE_ROLES: Record<Exclude<Gate, 'none'>, readonly string[]> = {
  authenticated: [],
  mod_or_admin: ['project_admin', 'project_mod', 'admin'],
  project_admin: ['project_admin', 'admin'],
  admin: ['admin'],
};

/** What keeps a caller from passing: that nobody is known, or the roles of which one is missing. Undefined: nothing. */
export function obstacleAt(gate: Gate, caller: Caller): 'unknown' | readonly string[] | undefined {
  if (gate === 'none') return undefined;
  if (!isKnown(caller)) return 'unknown';
  const roles = GATE_ROLES[gate];
  return roles.length === 0 || roles.some((role) => caller.roles.includes(role)) ? undefined : roles;
}
