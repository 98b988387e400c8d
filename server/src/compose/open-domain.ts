import { Approvals } from '../approvals/approvals.ts';
import { Allowances } from '../audit/allowances.ts';
import { Audit } from '../audit/audit.ts';
import { joinAccountsToTasks } from '../backends/account-tasks.ts';
import { builtInBackends } from '../backends/built-in.ts';
import { openCatalog } from '../catalog/open-catalog.ts';
import type { Settings } from '../config/settings.ts';
import { openDirectory } from '../directory/open-directory.ts';
import { holdsCloudPower } from '../directory/roles/roles.ts';
import type { Domain } from '../domain.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { UsageHistory } from '../ledger/usage/history.ts';
import type { Clock } from '../lib/clock.ts';
import { systemSecrets } from '../lib/secrets.ts';
import { openMailer } from '../mail/mailer.ts';
import { Outbox } from '../mail/outbox.ts';
import { ProjectAnnouncements } from '../projects/mails/announcements.ts';
import { openProjects } from '../projects/open-projects.ts';
import { ScopedTokens } from '../projects/roles/scoped-tokens.ts';
import { AccountMails } from '../registration/account-mails.ts';
import { SignUps } from '../registration/sign-ups.ts';
import { openSignInMethods } from '../signin/methods/open-methods.ts';
import { openSignIn } from '../signin/open-signin.ts';
import type { Storage } from '../storage/storage.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import { core } from '../workflow/core/feature-set.ts';
import { importFeatureSets } from '../workflow/features/feature-set-packages.ts';
import { openWorkflow } from '../workflow/open-workflow.ts';
import type { Ingredients } from './ingredients.ts';
import type { OnError } from './log.ts';
import { openTemplates } from './mail-templates.ts';

/**
 * Builds the domain: what is built from what, lower layers first. Throws an Error with a sentence for operators where a
 * setting, a feature set or a template cannot be used.
 */
export async function openDomain(
  {
    settings,
    storage,
    ledger,
    clock,
    onError,
  }: {
    settings: Settings;
    storage: Storage;
    ledger: Ledger;
    clock: Clock;
    onError: OnError;
  },
  { secrets = systemSecrets, wait, resolve, hashingCost, ...ingredients }: Ingredients,
): Promise<Domain> {
  const featureSets = [
    core,
    ...(await importFeatureSets(settings.featureSets)),
    ...(ingredients.featureSets ?? []),
  ];
  const freshness = storage.freshness(clock);
  const audit = new Audit({ storage, clock });
  const allowances = new Allowances({ clock, db: storage.db, settings, isOperator: holdsCloudPower });
  audit.onRecord((tx, entries) => allowances.recorded(tx, entries));
  const base = { storage, clock, secrets, audit, freshness };

  const { tokenLifetime_ms, identity: policy } = settings;
  const directory = openDirectory(base, { policy, tokenLifetime_ms, ...(hashingCost && { hashingCost }) });
  const catalog = openCatalog(base, { ownOnly: settings.componentsOwnResources });

  const mailer =
    ingredients.mailer ??
    openMailer(settings.mailUrl, settings.mailFrom, (text) => process.stdout.write(text));
  const templates = openTemplates(settings, (error) =>
    onError(error, 'a mail template failed; the built-in one was used'),
  );
  const outbox = new Outbox({
    storage,
    clock,
    mailer,
    give_up_after_ms: settings.mailRetry_ms,
    onError,
  });
  outbox.onWritten((tx, to) => allowances.written(tx, to));
  const { baseUrl, serviceName, projectNotifications: recipients } = settings;
  const wording = { templates, baseUrl, serviceName };
  const accountMails = new AccountMails({
    outbox,
    ...wording,
    pendingRecipients: settings.accountPendingNotifications,
    activatedRecipients: settings.accountActivatedNotifications,
  });
  accountMails.listen(directory.accountChanges);
  const signUps = new SignUps(
    { ...base, ...directory, allowances, mails: accountMails },
    {
      isOpen: settings.signUp,
      isModerated: settings.accountModeration,
      acceptedAddresses: settings.accountPatterns,
      verify_ms: settings.signUpVerify_ms,
    },
  );

  const signInMethods = openSignInMethods({ ...base, ...directory, outbox, templates }, settings);

  const below = { ...base, ...directory, ...catalog, ledger };
  const events = new ProjectAnnouncements({ ...below, outbox, recipients, ...wording });
  const projects = openProjects(
    { ...below, events },
    { warningDays: settings.projectWarningDays, endsByItself: settings.projectExpiry === 'automatic' },
  );
  directory.tokens.judgeBound(projects.projectTokens);
  const signIn = openSignIn(
    { ...base, ...directory, ...signInMethods },
    { idle_ms: settings.sessionIdle_ms, max_ms: settings.sessionMax_ms },
  );

  const backends = builtInBackends({ ...below, ...projects }, settings);
  const workflow = openWorkflow(
    { storage, clock, secrets, outbox, audit, allowances, settings, backends, onError },
    featureSets,
    { ...(wait && { wait }) },
  );
  joinAccountsToTasks(directory.accountChanges, workflow);
  const webhooks = new Webhooks({
    ...base,
    privateAddresses: settings.webhooksPrivateAddresses,
    ...(resolve && { resolve }),
    onError,
  });
  return {
    ...directory,
    ...catalog,
    ...projects,
    ...signInMethods,
    ...signIn,
    settings,
    clock,
    secrets,
    storage,
    ledger,
    usage: new UsageHistory({ storage, clock }),
    audit,
    allowances,
    workflow,
    signUps,
    approvals: new Approvals({ applications: projects.applications, workflow, accounts: directory.accounts }),
    webhooks,
    scopedTokens: new ScopedTokens({ ...below, ...projects, lifetime_ms: tokenLifetime_ms }),
    mailer,
    templates,
    outbox,
  };
}
