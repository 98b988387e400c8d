import type { FastifyInstance } from 'fastify';
import { databasePlaceOf } from '../config/load-settings.ts';
import type { Settings } from '../config/settings.ts';
import { ensureFirstAdmin } from '../directory/accounts/first-admin.ts';
import type { Domain } from '../domain.ts';
import type { DeclaredRoute } from '../http/kernel/declared-routes.ts';
import { Ledger } from '../ledger/ledger.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { once } from '../lib/flow/once.ts';
import { publicUrl } from '../lib/text/public-address.ts';
import { recordLeftTraces } from '../oversight/traced-commissions.ts';
import { fillDerivedColumns } from '../storage/fill-derived.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { logOutages } from '../storage/outages/outage-log.ts';
import type { Storage } from '../storage/storage.ts';
import type { Ingredients } from './ingredients.ts';
import { startJobs } from './jobs.ts';
import { createLogger, errorLog } from './log.ts';
import { openDomain } from './open-domain.ts';
import { openServer } from './server.ts';

export type { Ingredients } from './ingredients.ts';

/** A first administrator that this start has created, with the secrets that it has generated. */
export interface FirstAdmin {
  readonly email: string;
  /** The address of the page to set the password, with a one-time code; undefined if the settings have a password. */
  readonly setupUrl?: string;
  readonly token?: string;
}

/** How long the one-time code of the first administrator is good. */
const SETUP_MS = 60 * 60_000;

export interface PurserApp {
  readonly domain: Domain;
  readonly fastify: FastifyInstance;
  /** Secrets of the first administrator, if this start created one; they are not stored. */
  readonly firstAdmin: FirstAdmin | undefined;
  /** Every route of every dialect; loads the dialects. */
  routes(): Promise<readonly DeclaredRoute[]>;
  /** Starts to serve; returns the address it listens on. */
  listen(): Promise<string>;
  /** Accepts nothing more, finishes what is under way, and releases everything. */
  close(): Promise<void>;
}

/** Builds the service: the database, the domain on it, the server and the jobs. */
export async function createApp(settings: Settings, ingredients: Ingredients = {}): Promise<PurserApp> {
  const logger = ingredients.logger ?? createLogger(settings);
  const clock = ingredients.clock ?? systemClock;
  const onError = errorLog(logger);
  const { storage, migrations } = await database(settings, ingredients.storage, clock);
  logOutages(storage.availability, logger);
  try {
    if (migrations.length > 0) logger.info({ migrations }, 'database schema brought up to date');
    for (const warning of await fillDerivedColumns(storage)) logger.warn(warning);
    const ledger = await Ledger.open({
      storage,
      clock,
      onBroken: (broken) => logger.error({ err: broken }, 'a ledger transaction broke an invariant'),
    });
    const domain = await openDomain({ settings, storage, ledger, clock, onError }, ingredients);
    for (const warning of [...settings.warnings, ...domain.workflow.registry.warnings]) logger.warn(warning);
    const firstAdmin = await prepare(domain);
    await recordLeftTraces(domain);
    const { http, routes } = await openServer(domain, logger);
    const jobs = startJobs(domain, logger, onError);
    return {
      domain,
      fastify: http,
      routes,
      firstAdmin,
      listen: async () => {
        const address = await http.listen({ host: settings.host, port: settings.port });
        jobs.startDeliveries();
        return address;
      },
      close: once(async () => {
        await jobs.stop();
        await http.close();
        await domain.workflow.close();
        await Promise.all([ledger.close(), domain.outbox.close(), domain.webhooks.close()]);
        await domain.mailer.close();
        await storage.close();
      }),
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** The database, with the schema of this version. */
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

/** Creates what every installation has: built-in roles and services, and a first administrator. */
async function prepare(domain: Domain): Promise<FirstAdmin | undefined> {
  const { settings } = domain;
  await domain.roles.ensureBuiltIn();
  await domain.services.ensureBuiltIn(settings.baseUrl);
  const made = await ensureFirstAdmin(domain, {
    ...(settings.adminEmail !== undefined && { email: settings.adminEmail }),
    ...(settings.adminPassword !== undefined && { password: settings.adminPassword }),
    ...(settings.adminToken !== undefined && { token: settings.adminToken }),
  });
  if (!made) return undefined;
  const { account, ...shown } = made;
  if (account.passwordSet) return shown;
  const { ticket } = await domain.storage.transaction((tx) =>
    domain.signInTickets.issue(tx, account, {
      methods: ['mailed_link'],
      passwordOf: undefined,
      step: 'password_change_required',
      lifetime_ms: SETUP_MS,
    }),
  );
  return { ...shown, setupUrl: publicUrl(settings.baseUrl, `/ui/first-run/${ticket}`) };
}
