import type { Resources } from '../catalog/resources.ts';
import type { Accounts } from '../directory/accounts/accounts.ts';
import type { Passwords } from '../directory/logins/passwords.ts';
import type { Roles } from '../directory/roles/roles.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import type { ProjectDomain } from '../projects/open-projects.ts';
import type { Storage } from '../storage/storage.ts';
import type { Backends, NetworkBackend } from '../workflow/features/backends.ts';
import type { WorkflowSettings } from '../workflow/features/workflow-settings.ts';
import { BuiltInIdentity } from './built-in-identity.ts';
import { BuiltInQuota } from './built-in-quota.ts';
import { quotaMapping } from './quota-mapping.ts';

const refuse = async (): Promise<never> => {
  throw new PurserError('not_available_here', { what: 'Networks' });
};

/** Networks are not available: every call throws `not_available_here`. */
const noNetwork: NetworkBackend = {
  available: false,
  createNetwork: refuse,
  createSubnet: refuse,
  createRouter: refuse,
  addRouterInterface: refuse,
};

/** The backends of the service itself: its directory, its projects and its ledger. */
export function builtInBackends(
  parts: Pick<ProjectDomain, 'projects' | 'projectControl' | 'appointments'> & {
    readonly storage: Storage;
    readonly clock: Clock;
    readonly accounts: Accounts;
    readonly passwords: Passwords;
    readonly roles: Roles;
    readonly resources: Resources;
    readonly ledger: Ledger;
  },
  { regions, quota, workflow }: Pick<WorkflowSettings, 'regions' | 'quota' | 'workflow'>,
) {
  const identity = new BuiltInIdentity({ ...parts, regions, lifetime_years: workflow.projectLifetime_years });
  const { mapping, services } = quota;
  return {
    identity,
    quota: new BuiltInQuota({ ...parts, mapping: quotaMapping(mapping), services }),
    network: noNetwork,
  } satisfies Backends;
}
