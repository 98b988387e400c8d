import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { pino } from 'pino';
import { createApp, type Ingredients, type PurserApp } from '../../src/compose/app.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import type { Domain } from '../../src/domain.ts';
import { ManualClock } from '../../src/lib/clock.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { CHEAP_HASHING } from './cheap-hashing.ts';
import { scratchFolder } from './scratch.ts';
import { WriteWatch } from './write-watch.ts';

/** 2026-01-15T12:00:00Z: where the clocks of the tests stand at first. */
export const TEST_TIME_MS = Date.UTC(2026, 0, 15, 12);

export const ADMIN_TOKEN = 'test-administrator-token-0123456789';
export const ADMIN_PASSWORD = 'correct horse battery';

export interface TestPurser {
  /** Without a trailing slash, base path included. */
  readonly url: string;
  readonly adminToken: string;
  readonly domain: Domain;
  readonly clock: ManualClock;
  readonly app: PurserApp;
  /** `fetch` of a path below `url`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** `fetch` with the administrator's token and a JSON body. */
  admin(method: string, path: string, body?: unknown): Promise<Response>;
  /** The mails that were sent, oldest first, as complete messages. */
  mails(): string[];
  /** Waits until no mail is due. */
  delivered(): Promise<void>;
}

/**
 * Starts the whole service on a free port over a storage that `open` gives, with a clock that stands still.
 * It stops when the enclosing test or suite ends, which then fails if a refused request has changed something or if a
 * request has changed something in several transactions.
 * @param env settings by their environment variables
 * @param ingredients what else is put in the place of the real thing; answers that shall take a while do not
 */
export async function startPurser(
  open: () => Promise<Storage> | Storage,
  env: Record<string, string> = {},
  ingredients: Ingredients = {},
): Promise<TestPurser> {
  const mailDir = scratchFolder('purser-mail-');
  const clock = new ManualClock(TEST_TIME_MS);
  const settings = loadSettings({
    env: {
      PURSER_BASE_URL: 'http://127.0.0.1:8700',
      PURSER_ADMIN_EMAIL: 'admin@example.org',
      PURSER_ADMIN_PASSWORD: ADMIN_PASSWORD,
      PURSER_ADMIN_TOKEN: ADMIN_TOKEN,
      PURSER_MAIL_URL: `file:${mailDir}`,
      PURSER_LOG_LEVEL: 'error',
      ...env,
    },
    cwd: mailDir,
  });
  const storage = await open();
  const watch = new WriteWatch();
  const app = await createApp(
    { ...settings, port: 0 },
    {
      clock,
      storage: watch.over(storage),
      logger: pino({ level: settings.logLevel }, pino.destination(2)),
      wait: async () => {},
      hashingCost: CHEAP_HASHING,
      ...ingredients,
    },
  );
  const address = await app.listen();
  // The storage is closed by the test that opened it; the service must stop before.
  Object.assign(storage, { close: () => app.close() });
  after(async () => {
    watch.stop();
    await app.close();
    rmSync(mailDir, { recursive: true, force: true });
    assert.deepEqual(watch.problems, [], 'a refused request has committed, or a request more than once');
  });
  const url = address + new URL(settings.baseUrl).pathname.replace(/\/$/, '');
  const purserFetch = (path: string, init?: RequestInit): Promise<Response> => fetch(url + path, init);
  return {
    url,
    adminToken: ADMIN_TOKEN,
    domain: app.domain,
    clock,
    app,
    fetch: purserFetch,
    admin: (method, path, body) =>
      purserFetch(path, {
        method,
        headers: {
          authorization: `Bearer ${ADMIN_TOKEN}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    mails: () =>
      readdirSync(mailDir)
        .filter((file) => file.endsWith('.eml'))
        .sort()
        .map((file) => readFileSync(join(mailDir, file), 'utf8')),
    delivered: async () => {
      while ((await app.domain.outbox.deliverDue()) > 0);
    },
  };
}
