import type { Backends } from '../workflow/backends.ts';
import type { WorkflowSettings } from '../workflow/workflow-settings.ts';
import { BuiltInIdentity } from './built-in-identity.ts';
import { BuiltInQuota } from './built-in-quota.ts';
import { noNetwork } from './no-network.ts';
import { DEFAULT_QUOTA_MAPPING } from './quota-mapping.ts';

type Parts = Omit<ConstructorParameters<typeof BuiltInIdentity>[0], 'regions' | 'lifetime_years'> &
  Omit<ConstructorParameters<typeof BuiltInQuota>[0], 'mapping' | 'services'>;

/** How long projects last that tasks create. */
const PROJECT_YEARS = 10;

/** What the workflow works on where nothing else is there: the service's own directory, projects and ledger. */
export function builtInBackends(
  parts: Parts,
  { regions, quota: { services } }: Pick<WorkflowSettings, 'regions' | 'quota'>,
): Backends {
  return {
    identity: new BuiltInIdentity({ ...parts, regions, lifetime_years: PROJECT_YEARS }),
    quota: new BuiltInQuota({ ...parts, mapping: DEFAULT_QUOTA_MAPPING, services }),
    network: noNetwork,
  };
}
