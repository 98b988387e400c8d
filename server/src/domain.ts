import type { Approvals } from './approvals/approvals.ts';
import type { Allowances } from './audit/allowances.ts';
import type { Audit } from './audit/audit.ts';
import type { ChargingBounds } from './catalog/charging-bounds.ts';
import type { Components } from './catalog/components.ts';
import type { Resources } from './catalog/resources.ts';
import type { ServiceCatalog } from './catalog/service-catalog.ts';
import type { Services } from './catalog/services.ts';
import type { Settings } from './config/settings.ts';
import type { AccountChanges } from './directory/accounts/account-changes.ts';
import type { Accounts } from './directory/accounts/accounts.ts';
import type { LoginThrottle } from './directory/logins/login-throttle.ts';
import type { LoginTokens } from './directory/logins/login-tokens.ts';
import type { Passwords } from './directory/logins/passwords.ts';
import type { Roles } from './directory/roles/roles.ts';
import type { Terms } from './directory/terms/terms.ts';
import type { ApplicationCredentials } from './directory/tokens/application-credentials.ts';
import type { Tokens } from './directory/tokens/tokens.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { UsageHistory } from './ledger/usage/history.ts';
import type { Clock } from './lib/clock.ts';
import type { Secrets } from './lib/secrets.ts';
import type { Mailer } from './mail/mailer.ts';
import type { Outbox } from './mail/outbox.ts';
import type { ServiceMails, Templates } from './mail/templates.ts';
import type { ProjectMails } from './projects/mails/project-mails.ts';
import type { ProjectDomain } from './projects/open-projects.ts';
import type { ScopedTokens } from './projects/roles/scoped-tokens.ts';
import type { Storage } from './storage/storage.ts';
import type { Webhooks } from './webhooks/webhooks.ts';
import type { Workflow } from './workflow/open-workflow.ts';

/** Everything a dialect can talk to. Put together in app.ts. */
export interface Domain extends ProjectDomain {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly storage: Storage;
  readonly accountChanges: AccountChanges;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly loginThrottle: LoginThrottle;
  /** Tokens that come of logins. */
  readonly loginTokens: LoginTokens;
  readonly applicationCredentials: ApplicationCredentials;
  readonly scopedTokens: ScopedTokens;
  readonly roles: Roles;
  readonly terms: Terms;
  readonly components: Components;
  readonly services: Services;
  readonly serviceCatalog: ServiceCatalog;
  readonly resources: Resources;
  readonly chargingBounds: ChargingBounds;
  readonly ledger: Ledger;
  /** Who used what, when. */
  readonly usage: UsageHistory;
  readonly audit: Audit;
  /** What requests may make the service store and send. */
  readonly allowances: Allowances;
  /** Tasks of operators, and what people ask them for. */
  readonly workflow: Workflow;
  /** All that waits for operators. */
  readonly approvals: Approvals;
  /** Addresses that are told of events. */
  readonly webhooks: Webhooks;
  readonly mailer: Mailer;
  /** What mails say. */
  readonly templates: Templates<ServiceMails & ProjectMails>;
  /** Mails that leave after commit. */
  readonly outbox: Outbox;
}
