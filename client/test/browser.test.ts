import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { analyzeMetafile, type Metafile } from 'esbuild';
import { bundleClient } from '../../packaging/bundled.ts';
import { ROOMY, startCloud, VISIBLE } from '../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { CHROMIUM, MOVED, openPage, SILENT, startFront } from './browsing.ts';

/** The globals of the page. */
declare const client: typeof import('../src/index.ts');
declare const location: { readonly origin: string };

/** Maximum size of the client in a page, in compressed bytes. */
const GZIPPED_MAX = 18_000;

const folder = mkdtempSync(join(tmpdir(), 'purser-bundle-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let metafile: Metafile;
let script = '';

before(async () => {
  metafile = await bundleClient({ client: 'index.ts' }, folder, 'browser', true);
  assert.deepEqual(readdirSync(folder), ['client.js'], 'one file');
  script = readFileSync(join(folder, 'client.js'), 'utf8');
});

test('the browser build of the whole client has less than 18 kB', async (t) => {
  const size = gzipSync(script, { level: 9 }).length;
  t.diagnostic(
    `The client for browsers: ${script.length} bytes minified, ${size} gzipped, of ${GZIPPED_MAX}`,
  );
  if (process.env['PURSER_BUNDLE_REPORT']) t.diagnostic(await analyzeMetafile(metafile));
  assert.ok(size < GZIPPED_MAX, `${size} bytes; PURSER_BUNDLE_REPORT=1 tells what they are`);
});

test('the browser build has no modules for Node', () => {
  assert.doesNotMatch(script, /node:|\brequire\(|process\.env|Buffer\b/);
  const foreign = Object.keys(metafile.inputs).filter(
    (path) => !/^(client\/src\/(?!node\/)|text\/src\/json)/.test(path),
  );
  assert.deepEqual(foreign, []);
});

const skip = CHROMIUM === undefined && 'no Chromium here; PURSER_CHROMIUM may name one';

forEachEngine((_engine, open) => {
  test('pages call the service', { skip }, async (t) => {
    const cloud = await startCloud(open);
    const page = await openPage(await startFront(script, cloud.purser.url));
    await page.evaluate("import('/client.js').then((client) => void Object.assign(globalThis, { client }))");

    await t.test('a user authenticates', async () => {
      const id = await page.evaluate(async (token) => {
        const { account } = new client.Purser({ url: location.origin, token });
        return (await account.authenticate()).access.user.id;
      }, cloud.user.token);
      assert.equal(id, cloud.user.uuid);
    });

    await t.test('quotas are exact', async () => {
      const quotas = await page.evaluate((token) => {
        const { account } = new client.Purser({ url: location.origin, token });
        return account.getQuotas();
      }, cloud.user.token);
      assert.equal(quotas[cloud.user.uuid]?.[ROOMY]?.limit, 9223372036854775807n);
    });

    await t.test(
      'a charge beyond the limit is refused with its numbers, one within it is issued',
      async () => {
        const [refusal, serial] = await page.evaluate(
          async ({ token, holder, resource }) => {
            const { account } = new client.Purser({ url: location.origin, token });
            const charge = (quantity: bigint) =>
              account.issueOneCommission({ holder, source: holder, provisions: { [resource]: quantity } });
            const refused = await charge(2n ** 62n).catch((error) =>
              error instanceof client.QuotaLimit ? { ...error.excess, status: error.status } : String(error),
            );
            return [refused, await charge(100n)];
          },
          { token: cloud.service, holder: cloud.user.uuid, resource: VISIBLE },
        );
        assert.ok(typeof refusal === 'object', String(refusal));
        const { status, resource, requested, limit, usage } = refusal;
        assert.deepEqual([status, resource, requested, limit, usage], [413, VISIBLE, 2n ** 62n, 100n, 0n]);
        assert.equal(typeof serial, 'number');
      },
    );

    await t.test('an unknown token is Unauthorized', async () => {
      const error = await page.evaluate(() => {
        const { account } = new client.Purser({ url: location.origin, token: 'unknown' });
        return account.getQuotas().catch((reason) => [reason instanceof client.Unauthorized, reason.status]);
      });
      assert.deepEqual(error, [true, 401]);
    });

    await t.test('calls without a response end at their timeout or by an abort', async () => {
      const ends = await page.evaluate(async (silent) => {
        const { api } = new client.Purser({ url: location.origin + silent, token: 'unknown' });
        const me = { method: 'GET', path: client.path`/me` } as const;
        const late = await api
          .call(me, { timeoutMs: 50 })
          .catch((error) => error instanceof client.TimeoutError);
        const controller = new AbortController();
        const call = api.call(me, { signal: controller.signal });
        controller.abort('enough');
        return [late, await call.catch((reason) => reason)];
      }, SILENT);
      assert.deepEqual(ends, [true, 'enough']);
    });

    await t.test('a redirect is an error, and is not followed', async () => {
      const code = await page.evaluate((moved) => {
        const { api } = new client.Purser({ url: location.origin + moved, token: 'unknown' });
        return api.call({ method: 'GET', path: client.path`/me` }).catch((error) => error.code);
      }, MOVED);
      assert.equal(code, 'redirected');
    });
  });
});
