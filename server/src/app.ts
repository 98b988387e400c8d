import type { RequestListener } from 'node:http';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { type Logger, pino } from 'pino';
import { Approvals } from './approvals/approvals.ts';
import { Allowances } from './audit/allowances.ts';
import { Audit } from './audit/audit.ts';
import { joinAccountsToTasks } from './backends/account-tasks.ts';
import { builtInBackends } from './backends/built-in.ts';
import { CatalogChanges } from './catalog/catalog-changes.ts';
import { ChargingBounds } from './catalog/charging-bounds.ts';
import { Components } from './catalog/components.ts';
import { Resources } from './catalog/resources.ts';
import { ServiceCatalog } from './catalog/service-catalog.ts';
import { Services } from './catalog/services.ts';
import { databasePlaceOf, type Settings } from './config/settings.ts';
import { AccountChanges } from './directory/accounts/account-changes.ts';
import { Accounts } from './directory/accounts/accounts.ts';
import { ensureFirstAdmin } from './directory/accounts/first-admin.ts';
import { sendModerationMails } from './directory/accounts/moderation-mails.ts';
import { KnownSources } from './directory/logins/known-sources.ts';
import { LoginThrottle } from './directory/logins/login-throttle.ts';
import { LoginTokens } from './directory/logins/login-tokens.ts';
import { Passwords } from './directory/logins/passwords.ts';
import { holdsCloudPower, Roles } from './directory/roles/roles.ts';
import { Terms } from './directory/terms/terms.ts';
import { ApplicationCredentials } from './directory/tokens/application-credentials.ts';
import { endCredentials } from './directory/tokens/credential-endings.ts';
import { Tokens } from './directory/tokens/tokens.ts';
import type { Domain } from './domain.ts';
import { accountV1 } from './http/account-v1/plugin.ts';
import { identityV2 } from './http/identity-v2/plugin.ts';
import { bodiesAsBytes } from './http/kernel/body.ts';
import { isForwarded, knowClients } from './http/kernel/client-address.ts';
import { type DeclaredRoute, DeclaredRoutes } from './http/kernel/declared-routes.ts';
import { answerClientError, httpServer } from './http/kernel/http-server.ts';
import { matchedRoute } from './http/kernel/matched-route.ts';
import { onDemand } from './http/kernel/on-demand.ts';
import { answerRest } from './http/kernel/rest.ts';
import { answerWrongMethods } from './http/kernel/routes.ts';
import { operations } from './http/operations/plugin.ts';
import { web } from './http/web/plugin.ts';
import { Ledger } from './ledger/ledger.ts';
import { UsageHistory } from './ledger/usage/history.ts';
import { keepRolledUp } from './ledger/usage/roll-up-loop.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { once } from './lib/flow/once.ts';
import { LIMITS } from './lib/limits.ts';
import { type Secrets, systemSecrets } from './lib/secrets.ts';
import { Networks } from './lib/text/network-address.ts';
import { publicPath } from './lib/text/public-address.ts';
import { type Mailer, openMailer } from './mail/mailer.ts';
import { Outbox } from './mail/outbox.ts';
import { openTemplates } from './mail-templates.ts';
import { ProjectAnnouncements } from './projects/mails/announcements.ts';
import { openProjects } from './projects/open-projects.ts';
import { ScopedTokens } from './projects/roles/scoped-tokens.ts';
import { isOutage } from './storage/availability.ts';
import { fillDerivedColumns } from './storage/fill-derived.ts';
import { migrate } from './storage/migrate.ts';
import { openDatabase } from './storage/open-database.ts';
import { logOutages } from './storage/outage-log.ts';
import type { Storage } from './storage/storage.ts';
import type { Resolve } from './webhooks/webhook-call.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import { core } from './workflow/core/feature-set.ts';
import type { Pause } from './workflow/delegates/delegate-contexts.ts';
import type { FeatureSet } from './workflow/features/feature-set.ts';
import { importFeatureSets } from './workflow/features/feature-set-packages.ts';
import { openWorkflow } from './workflow/open-workflow.ts';

/** The secrets of a first administrator that this start has made up. */
export type FirstAdmin = NonNullable<Awaited<ReturnType<typeof ensureFirstAdmin>>>;

/** What can be put in the place of the real thing: time and chance, and for tests the mailer and the storage. */
export interface Ingredients {
  readonly clock?: Clock;
  readonly secrets?: Secrets;
  readonly storage?: Storage;
  readonly mailer?: Mailer;
  readonly logger?: Logger;
  /** What answers wait with that shall take a while. */
  readonly wait?: Pause;
  /** How webhooks look up names. */
  readonly resolve?: Resolve;
  /** Feature sets of the workflow beside the built-in one and those that are configured. */
  readonly featureSets?: readonly FeatureSet[];
}

export interface PurserApp {
  readonly domain: Domain;
  readonly fastify: FastifyInstance;
  /** Secrets of the first administrator, if this start made one; they are told once and kept nowhere. */
  readonly firstAdmin: FirstAdmin | undefined;
  /** Every route of every dialect; loads the dialects. */
  routes(): Promise<readonly DeclaredRoute[]>;
  /** Starts to serve; answers the address it listens on. */
  listen(): Promise<string>;
  /** Finishes what is under way, takes nothing more, and lets go of everything. */
  close(): Promise<void>;
}

/** Puts the service together: storage, domain, dialects. Composition only. */
export async function createApp(settings: Settings, ingredients: Ingredients = {}): Promise<PurserApp> {
  const logger = ingredients.logger ?? createLogger(settings);
  const clock = ingredients.clock ?? systemClock;
  const { storage, migrations } = await database(settings, ingredients.storage, clock);
  logOutages(storage.availability, logger);
  try {
    if (migrations.length > 0) logger.info({ migrations }, 'database schema brought up to date');
    for (const complaint of await fillDerivedColumns(storage)) logger.warn(complaint);
    const ledger = await Ledger.open({ storage, clock });
    const featureSets = [
      core,
      ...(await importFeatureSets(settings.featureSets)),
      ...(ingredients.featureSets ?? []),
    ];
    const domain = createDomain(settings, storage, ledger, clock, logger, { ...ingredients, featureSets });
    for (const warning of [...settings.warnings, ...domain.workflow.registry.warnings]) logger.warn(warning);
    const firstAdmin = await prepare(domain);
    const { http, routes } = await createHttp(domain, logger);
    const stopSweeping = sweepExpired(domain, logger);
    const stopExpiring = sweepProjects(domain, logger);
    const complain = complainsTo(logger);
    const stopRollingUp = keepRolledUp(domain.usage, domain.ledger, (error) =>
      complain(error, 'commissions could not be taken into the usage history'),
    );
    return {
      domain,
      fastify: http,
      routes,
      firstAdmin,
      listen: async () => {
        const address = await http.listen({ host: settings.host, port: settings.port });
        domain.outbox.start();
        domain.webhooks.start();
        return address;
      },
      close: once(async () => {
        stopSweeping();
        await stopExpiring();
        await stopRollingUp();
        await http.close();
        await domain.workflow.close();
        await Promise.all([domain.ledger.close(), domain.outbox.close(), domain.webhooks.close()]);
        await domain.mailer.close();
        await storage.close();
      }),
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** Writes of work in the background that failed. An outage of the database has a line of its own. */
function complainsTo(logger: Logger): (error: unknown, what: string) => void {
  return (error, what) => {
    if (!isOutage(error)) logger.warn({ err: error }, what);
  };
}

/** The database, with this version's schema. */
async function database(
  settings: Settings,
  given: Storage | undefined,
  clock: Clock,
): Promise<{ storage: Storage; migrations: string[] }> {
  if (given === undefined) return openDatabase(databasePlaceOf(settings), clock.now());
  try {
    return { storage: given, migrations: await migrate(given, clock.now()) };
  } catch (error) {
    await given.close();
    throw error;
  }
}

function createDomain(
  settings: Settings,
  storage: Storage,
  ledger: Ledger,
  clock: Clock,
  logger: Logger,
  { secrets = systemSecrets, mailer: given, featureSets = [], wait, resolve }: Ingredients,
): Domain {
  const complain = complainsTo(logger);
  const freshness = storage.freshness(clock);
  const accountChanges = new AccountChanges();
  const catalogChanges = new CatalogChanges();
  const passwords = new Passwords();
  const audit = new Audit({ storage, clock });
  const allowances = new Allowances({
    clock,
    db: storage.db,
    settings,
    isOperator: holdsCloudPower,
  });
  audit.onRecord((tx, entries) => allowances.recorded(tx, entries));
  const terms = new Terms({ storage, clock, changes: accountChanges });
  const resources = new Resources({ storage, clock, changes: catalogChanges, freshness, audit });
  const accounts = new Accounts({
    storage,
    clock,
    secrets,
    passwords,
    changes: accountChanges,
    audit,
    policy: settings.identity,
  });
  const roles = new Roles({ storage, changes: accountChanges, audit });
  const { tokenLifetime_ms: lifetime_ms } = settings;
  const tokens = new Tokens({
    storage,
    clock,
    secrets,
    changes: accountChanges,
    terms,
    audit,
    lifetime_ms,
    freshness,
  });
  const loginTokens = new LoginTokens({ tokens });
  const loginThrottle = new LoginThrottle({
    clock,
    knownSources: new KnownSources({ storage, clock }),
  });
  const applicationCredentials = new ApplicationCredentials({
    storage,
    clock,
    secrets,
    passwords,
    changes: accountChanges,
    throttle: loginThrottle,
    audit,
  });
  endCredentials({ changes: accountChanges, tokens, applicationCredentials });
  const mailer =
    given ?? openMailer(settings.mailUrl, settings.mailFrom, (text) => process.stdout.write(text));
  const templates = openTemplates(settings, (error) =>
    complain(error, 'a mail template failed; the built-in one was used'),
  );
  const outbox = new Outbox({
    storage,
    clock,
    mailer,
    patience_ms: settings.mailPatience_ms,
    complain,
  });
  outbox.onWritten((tx, to) => allowances.written(tx, to));
  const { baseUrl, serviceName, projectNotifications: recipients } = settings;
  const wording = { templates, baseUrl, serviceName };
  sendModerationMails(accountChanges, { outbox, templates }, wording);
  const events = new ProjectAnnouncements({ outbox, resources, ledger, recipients, ...wording });
  const projects = openProjects(
    { storage, clock, ledger, resources, roles, accounts, accountChanges, audit, events, freshness, secrets },
    { warningDays: settings.projectWarningDays, endsByItself: settings.projectExpiry === 'automatic' },
  );
  tokens.judgeBound(projects.projectTokens);
  const backends = builtInBackends(
    { ...projects, storage, clock, ledger, resources, roles, accounts, passwords },
    settings,
  );
  const workflow = openWorkflow(
    { storage, clock, secrets, outbox, audit, allowances, settings, backends, onError: complain },
    featureSets,
    { ...(wait && { wait }) },
  );
  joinAccountsToTasks(accountChanges, workflow);
  const webhooks = new Webhooks({
    storage,
    clock,
    secrets,
    audit,
    privateAddresses: settings.webhooksPrivateAddresses,
    ...(resolve && { resolve }),
    complain,
  });
  return {
    settings,
    clock,
    secrets,
    storage,
    accountChanges,
    passwords,
    terms,
    resources,
    chargingBounds: new ChargingBounds({ resources, ownOnly: settings.componentsOwnResources }),
    ledger,
    usage: new UsageHistory({ storage, clock }),
    audit,
    allowances,
    accounts,
    tokens,
    loginThrottle,
    loginTokens,
    applicationCredentials,
    roles,
    components: new Components({ storage, clock, secrets, changes: catalogChanges, freshness, audit }),
    services: new Services({ storage, clock, secrets, resources, changes: catalogChanges, audit }),
    serviceCatalog: new ServiceCatalog({ storage, clock, changes: catalogChanges, freshness }),
    ...projects,
    workflow,
    approvals: new Approvals({ applications: projects.applications, workflow }),
    webhooks,
    scopedTokens: new ScopedTokens({ storage, clock, tokens, loginTokens, lifetime_ms, ...projects }),
    mailer,
    templates,
    outbox,
  };
}

/** What every installation has from its first start on. */
async function prepare(domain: Domain): Promise<FirstAdmin | undefined> {
  const { settings } = domain;
  await domain.roles.ensureBuiltIn();
  await domain.services.ensureBuiltIn(settings.baseUrl);
  return ensureFirstAdmin(domain, {
    ...(settings.adminEmail !== undefined && { email: settings.adminEmail }),
    ...(settings.adminPassword !== undefined && { password: settings.adminPassword }),
    ...(settings.adminToken !== undefined && { token: settings.adminToken }),
  });
}

/** How often forgotten reservations are looked for. What is overdue cannot be used any more in any case. */
const SWEEP_MS = 1000;

/** Gives back what overdue commissions hold; answers how to stop. */
function sweepExpired({ ledger }: Domain, logger: Logger): () => void {
  const complain = complainsTo(logger);
  let sweeping = false;
  const sweep = async (): Promise<void> => {
    if (sweeping) return;
    sweeping = true;
    try {
      const serials = await ledger.expireOverdue();
      if (serials.length > 0) logger.info({ serials: serials.length }, 'overdue commissions rejected');
    } catch (error) {
      complain(error, 'overdue commissions could not be looked for');
    } finally {
      sweeping = false;
    }
  };
  const timer = setInterval(() => void sweep(), SWEEP_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** How often projects are looked at that end, or are about to. */
const PROJECT_SWEEP_MS = 60_000;

/**
 * Ends projects whose time is over and warns of it, tells the ledger what a crash has kept from it, and erases what is
 * left of mails that were sent; answers how to stop, which waits for the run under way.
 */
function sweepProjects(
  { projectExpiry, pendingApplications, outbox }: Domain,
  logger: Logger,
): () => Promise<void> {
  const complain = complainsTo(logger);
  let running: Promise<void> | undefined;
  const sweep = async (): Promise<void> => {
    try {
      await outbox.eraseSent();
      await pendingApplications.settle();
      const { terminated, warned } = await projectExpiry.sweep();
      if (terminated + warned > 0) logger.info({ terminated, warned }, 'projects ended, or about to');
    } catch (error) {
      complain(error, 'projects that end could not be looked at');
    }
  };
  const run = (): void => {
    running ??= sweep().finally(() => {
      running = undefined;
    });
  };
  const timer = setInterval(run, PROJECT_SWEEP_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** Structured logs. Secrets never reach them: headers and queries are not logged at all. */
function createLogger(settings: Settings): Logger {
  // Standard error: what the terminal tells people stays apart.
  return pino(
    { level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
}

async function createHttp(
  domain: Domain,
  logger: Logger,
): Promise<{ http: FastifyInstance; routes: PurserApp['routes'] }> {
  const basePath = publicPath(domain.settings.baseUrl, '');
  const declared = new DeclaredRoutes();
  const trusted = new Networks(domain.settings.trustedProxies);
  const makeServer = (options: FastifyServerOptions): FastifyInstance => {
    const server = fastify({
      // A rehearsal asks the server of its API without passing the outer one.
      rewriteUrl: (request) => decodable(request.url ?? '/'),
      ...options,
      ...sharedOptions(logger),
    });
    knowClients(server, trusted);
    declared.watch(server);
    server.addHook('onRequest', (_request, reply, done) => {
      reply.header('x-content-type-options', 'nosniff');
      done();
    });
    return server;
  };
  const app = makeServer({
    serverFactory: (serve) => httpServer(serve as RequestListener, PATIENCE),
    clientErrorHandler: answerClientError,
    forceCloseConnections: 'idle',
    rewriteUrl: (request) => withoutBasePath(decodable(originForm(request.url ?? '/')), basePath),
  });
  answerWrongMethods(app);
  answerRest(app, domain.settings);
  // So that an unknown path is told as such, whatever the body of the request says it is.
  bodiesAsBytes(app);
  if (trusted.empty) warnOfUnknownProxy(app, logger);
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    // The bounds of the service answer 503: that is counted, not logged one by one. An outage of the database has a
    // line of its own.
    if (statusCode >= 500 && statusCode !== 503)
      request.log.warn(logOf(request, statusCode, reply.elapsedTime), 'request failed');
    else if (logger.isLevelEnabled('debug')) {
      request.log.debug(logOf(request, statusCode, reply.elapsedTime), 'request');
    }
    done();
  });
  await app.register(operations(domain));
  await app.register(identityV2(domain));
  await app.register(accountV1(domain));
  await app.register(web(domain));
  const native = async () => (await import('./http/native/plugin.ts')).nativePlugin(domain);
  const workflow = async () => (await import('./http/workflow-v1/plugin.ts')).workflowV1(domain);
  const pages = async () => (await import('./http/pages/plugin.ts')).pages(domain);
  const identityV3 = async () => (await import('./http/identity-v3/plugin.ts')).identityV3(domain);
  const later: (() => Promise<void>)[] = [];
  for (const [prefix, load] of [
    ['/api', native],
    ['/v1', workflow],
    ['/ui/token', pages],
    ['/identity/v3', identityV3],
    ['/v3', identityV3],
  ] as const) {
    later.push(await onDemand(app, prefix, load, makeServer));
  }
  await app.ready();
  const routes = async () => {
    for (const load of later) await load();
    return declared.list();
  };
  return { http: app, routes };
}

/** Without `trusted_proxies`, all that comes through a proxy counts as one client: says so at the first such request. */
function warnOfUnknownProxy(app: FastifyInstance, logger: Logger): void {
  let warned = false;
  app.addHook('onRequest', ({ raw, ip }, _reply, done) => {
    if (!warned && isForwarded(raw)) {
      warned = true;
      const what =
        'requests come through a proxy that trusted_proxies does not name: they count as one client';
      logger.warn({ address: ip }, what);
    }
    done();
  });
}

/** A slow client may not hold a connection for ever. */
const PATIENCE = { connection_ms: 120_000, request_ms: 60_000, keepAlive_ms: 72_000 };

/** What holds on every server, whichever dialects it speaks. */
function sharedOptions(logger: Logger) {
  return {
    loggerInstance: logger as FastifyBaseLogger,
    // Requests are logged by a hook, without their queries.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.body_bytes,
    // A request that comes on an open connection while the service stops is served, and the connection closed then.
    return503OnClosing: false,
    routerOptions: { maxParamLength: LIMITS.path_parameter_length },
    // A dialect with schemas brings what compiles them. Unless told so, Fastify loads compilers that nobody uses.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
  } satisfies FastifyServerOptions;
}

function noCompiler(): never {
  throw new Error('This dialect has schemas and nothing that compiles them.');
}

/** Method, route and outcome; nothing of the path that a caller chooses, and nothing of the query. */
function logOf(request: FastifyRequest, status: number, elapsed_ms: number): Record<string, unknown> {
  const { method, ip: address } = request;
  const route = matchedRoute(request, MOUNTS);
  return { method, route, status, address, elapsed_ms: Math.round(elapsed_ms * 10) / 10 };
}

/** Below what there are dialects. */
const MOUNTS = [
  '/account/v1.0',
  '/identity/v2.0',
  '/identity/v3',
  '/v3',
  '/v1',
  '/api',
  '/ui/token',
  '/ui',
  '/im',
  '/admin',
  '/health',
] as const;

/** What is asked for, without the host that callers name who think of us as a proxy (RFC 9112, 3.2.2). */
function originForm(url: string): string {
  return url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*\/?/i, '/');
}

/** A path that cannot be percent-decoded is taken as it stands: it names nothing, and its dialect says so. */
function decodable(url: string): string {
  if (!url.includes('%')) return url;
  const [path = '', query] = url.split('?', 2);
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return path.replaceAll('%', '%25') + (query === undefined ? '' : `?${query}`);
  }
}

/** Everything hangs below the path of the base URL; a proxy that has stripped it already is served as well. */
function withoutBasePath(url: string, basePath: string): string {
  if (basePath === '' || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}
