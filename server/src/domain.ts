import type { Approvals } from './approvals/approvals.ts';
import type { Allowances } from './audit/allowances.ts';
import type { Audit } from './audit/audit.ts';
import type { CatalogDomain } from './catalog/open-catalog.ts';
import type { Settings } from './config/settings.ts';
import type { DirectoryDomain } from './directory/open-directory.ts';
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
import type { SignUps } from './registration/sign-ups.ts';
import type { SignInMethodsDomain } from './signin/methods/open-methods.ts';
import type { SignInDomain } from './signin/open-signin.ts';
import type { Storage } from './storage/storage.ts';
import type { Webhooks } from './webhooks/webhooks.ts';
import type { Workflow } from './workflow/open-workflow.ts';

/** Everything a dialect can use. Built by `compose/open-domain.ts`. */
export interface Domain
  extends DirectoryDomain,
    CatalogDomain,
    ProjectDomain,
    SignInDomain,
    SignInMethodsDomain {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly storage: Storage;
  readonly scopedTokens: ScopedTokens;
  readonly ledger: Ledger;
  /** Usage over time. */
  readonly usage: UsageHistory;
  readonly audit: Audit;
  /** Rates at which requests may make the service store and send. */
  readonly allowances: Allowances;
  /** Tasks for operators. */
  readonly workflow: Workflow;
  /** How people get an account by themselves. */
  readonly signUps: SignUps;
  /** Everything that waits for an operator. */
  readonly approvals: Approvals;
  /** Calls to addresses of others when an event has happened. */
  readonly webhooks: Webhooks;
  readonly mailer: Mailer;
  readonly templates: Templates<ServiceMails & ProjectMails>;
  /** Mails that leave after commit. */
  readonly outbox: Outbox;
}
