import { isOperator } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { type Caller, isKnown } from '../../workflow/engine/caller.ts';
import { Gatekeeper } from '../kernel/admission.ts';
import { lastValue } from '../kernel/bearer.ts';
import { refusal } from './faults.ts';

/** The checks of callers of this dialect, and its refusals (workflow-v1 §1.3). */
export function gatekeeperOf(domain: Domain): Gatekeeper {
  return new Gatekeeper(domain, {
    secretOf: (request) => lastValue(request.headers['x-auth-token']) || undefined,
    scoped: true,
    refusal: (verdict, requirement, principal) => {
      if (verdict === 'unknown') return refusal(401, 'Credentials incorrect or none given.');
      const { roles = [], operators } = requirement;
      const operator = principal !== undefined && isOperator(principal, { scoped: true });
      const named = [...roles, ...(operators ? ['admin'] : [])].map((role) => `'${role}'`).join(', ');
      return operator || named === ''
        ? refusal(403, 'This requires a full-access token.')
        : refusal(403, `Must have one of the following roles: [${named}]`);
    },
  });
}

/** The project that lookups are restricted to; undefined for an administrator (workflow-v1 §1.3). */
export function projectOf(caller: Caller): string | undefined {
  return isKnown(caller) && !caller.roles.includes('admin') ? caller.project_id : undefined;
}
