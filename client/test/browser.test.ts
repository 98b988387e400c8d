import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { analyzeMetafile, type Metafile } from 'esbuild';
import { bundleClient } from '../../packaging/bundled.ts';
import { ROOMY, startCloud, VISIBLE } from '../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../server/test/engines.ts';
import { CHROMIUM, openPage, SILENT, startFront } from './browsing.ts';

/** What the page has. */
declare const client: typeof import('../src/index.ts');
declare const location: { readonly origin: string };

/** What a page may be made to load for the client, in bytes as they are sent. */
const GZIPPED_MAX = 15_000;

const folder = mkdtempSync(join(tmpdir(), 'purser-bundle-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let metafile: Metafile;
let script = '';

before(async () => {
  metafile = await bundleClient({ client: 'index.ts' }, folder, 'browser', true);
  assert.deepEqual(readdirSync(folder), ['client.js'], 'one file');
  script = readFileSync(join(folder, 'client.js'), 'utf8');
});

test('all of the client is less than 15 kB for a browser', async (t) => {
  const size = gzipSync(script, { level: 9 }).length;
  t.diagnostic(
    `The client for browsers: ${script.length} bytes minified, ${size} gzipped, of ${GZIPPED_MAX}`,
  );
  if (process.env['PURSER_BUNDLE_REPORT']) t.diagnostic(await analyzeMetafile(metafile));
  assert.ok(size < GZIPPED_MAX, `${size} bytes; PURSER_BUNDLE_REPORT=1 tells what they are`);
});

test('nothing of Node is left in what browsers load', () => {
  assert.doesNotMatch(script, /node:|\brequire\(|process\.env|Buffer\b/);
  const foreign = Object.keys(metafile.inputs).filter(
    (path) => !/^(client\/src\/(?!node\/)|api\/src\/json)/.test(path),
  );
  assert.deepEqual(foreign, []);
});

const skip = CHROMIUM === undefined && 'no Chromium here; PURSER_CHROMIUM may name one';

forEachEngine((_engine, open) => {
  test('pages speak to the service', { skip }, async (t) => {
    const cloud = await startCloud(open);
    const page = await openPage(await startFront(script, cloud.purser.url));
    await page.evaluate("import('/client.js').then((client) => void Object.assign(globalThis, { client }))");

    await t.test('a user authenticates', async () => {
      const name = await page.evaluate(async (token) => {
        const { Purser } = client;
        const { caller, addresses } = new Purser({ url: location.origin, token }).api.connection;
        const { data } = await caller.call({
          method: 'POST',
          base: addresses.identity,
          path: { text: '/tokens', pattern: '/tokens' },
          json: { auth: { token: { id: token } } },
        });
        return (data as { access: { user: { id: string } } }).access.user.id;
      }, cloud.user.token);
      assert.equal(name, cloud.user.uuid);
    });

    await t.test('quotas are exact', async () => {
      const limit = await page.evaluate(
        async ({ token, uuid, resource }) => {
          const { Purser } = client;
          const { caller, addresses, tokenHeader } = new Purser({ url: location.origin, token }).api
            .connection;
          const { data } = await caller.call({
            method: 'GET',
            base: `${addresses.base}/account/v1.0`,
            path: { text: '/quotas', pattern: '/quotas' },
            headers: tokenHeader,
          });
          return (data as Record<string, Record<string, { limit: bigint }>>)[uuid]?.[resource]?.limit;
        },
        { ...cloud.user, resource: ROOMY },
      );
      assert.equal(limit, 9223372036854775807n);
    });

    await t.test('a charge beyond the limit is refused with its numbers', async () => {
      const { uuid } = cloud.user;
      const refusal = await page.evaluate(
        async ({ token, uuid, resource }) => {
          const { Purser, QuotaLimit } = client;
          const { caller, addresses, tokenHeader } = new Purser({ url: location.origin, token }).api
            .connection;
          const quantity = 2n ** 62n;
          try {
            await caller.call({
              method: 'POST',
              base: `${addresses.base}/account/v1.0`,
              path: { text: '/commissions', pattern: '/commissions' },
              headers: tokenHeader,
              json: {
                provisions: [
                  { holder: `user:${uuid}`, source: `project:${uuid}`, resource, quantity },
                  { holder: `project:${uuid}`, source: null, resource, quantity },
                ],
              },
            });
          } catch (error) {
            return error instanceof QuotaLimit ? { ...error.excess, status: error.status } : String(error);
          }
          return 'no refusal';
        },
        { token: cloud.service, uuid, resource: VISIBLE },
      );
      assert.ok(typeof refusal === 'object', String(refusal));
      const { status, resource, requested, limit, usage } = refusal;
      assert.deepEqual([status, resource, requested, limit, usage], [413, VISIBLE, 2n ** 62n, 100n, 0n]);
    });

    await t.test('an unknown token is Unauthorized', async () => {
      const error = await page.evaluate(async () => {
        const { Purser, Unauthorized } = client;
        const { api } = new Purser({ url: location.origin, token: 'nobody' });
        const me = { method: 'GET', path: { text: '/me', pattern: '/me' } } as const;
        return api.call(me).catch((reason) => [reason instanceof Unauthorized, reason.status]);
      });
      assert.deepEqual(error, [true, 401]);
    });

    await t.test('calls that nobody answers end by their time, or by their caller', async () => {
      const ends = await page.evaluate(async (silent) => {
        const { Purser, TimeoutError } = client;
        const { api } = new Purser({ url: location.origin + silent, token: 'nobody' });
        const me = { method: 'GET', path: { text: '/me', pattern: '/me' } } as const;
        const late = await api.call(me, { timeoutMs: 50 }).catch((error) => error instanceof TimeoutError);
        const controller = new AbortController();
        const call = api.call(me, { signal: controller.signal });
        controller.abort('enough');
        return [late, await call.catch((reason) => reason)];
      }, SILENT);
      assert.deepEqual(ends, [true, 'enough']);
    });

    await t.test('a redirect is told, and not followed', async () => {
      const code = await page.evaluate(async () => {
        const { Purser } = client;
        const { caller } = new Purser({ url: location.origin }).api.connection;
        const call = {
          method: 'GET',
          base: location.origin,
          path: { text: '/moved', pattern: '/moved' },
        } as const;
        return caller.call(call).catch((error) => error.code);
      });
      assert.equal(code, 'redirected');
    });
  });
});
