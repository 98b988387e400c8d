import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { migrate } from '../../server/src/storage/migrate.ts';
import { openStorage } from '../../server/src/storage/open.ts';
import { type Cloud, ROOMY, startCloud, VISIBLE } from '../../server/test/conformance/account-v1/cloud.ts';
import { freePort } from '../../server/test/support/server-process.ts';
import { until } from '../../server/test/support/until.ts';
import { changesIn, checkOut, emptyFolder, MODULES, type Run, runIn, shell } from './packing.ts';

/** Packages are packed by npm, installed by npm in empty folders, and used like published ones. */

/** No server listens at this address: a request to the registry fails. */
const NO_REGISTRY = ['--registry', 'http://127.0.0.1:1/', '--fetch-retries', '0'];
const QUIET = ['--no-audit', '--no-fund', '--loglevel', 'error'];

const newest = process.env['PURSER_NEWEST_NODE'];
const NODES: readonly { name: string; node: string; skip: string | false }[] = [
  { name: `Node ${process.versions.node}`, node: process.execPath, skip: false },
  {
    name: 'the newest Node',
    node: newest ?? '',
    skip: newest === undefined && 'PURSER_NEWEST_NODE does not say where it is',
  },
];

const PACKAGES = ['client', 'cli', 'text', 'api', 'server'];
const checkout = checkOut();
const target = emptyFolder();
const tarballs: Record<string, string> = {};

before(async () => {
  for (const name of PACKAGES) {
    succeeded(await runIn(checkout, 'npm', ['run', 'build', '-w', name]));
    succeeded(await runIn(checkout, 'npm', ['pack', `./${name}/dist`, '--pack-destination', target]));
    assert.equal(changesIn(checkout), '', 'no file of the checkout changes');
  }
  for (const file of readdirSync(target)) {
    tarballs[/^purser-([a-z]+)-/.exec(file)?.[1] ?? file] = join(target, file);
  }
});

const folders = new Map<string, Promise<string>>();

/** A folder with only these packages installed; by default without requests to a registry. */
function installed(names: readonly string[], from = NO_REGISTRY): Promise<string> {
  const key = names.join(' ');
  const folder = folders.get(key) ?? install(names, from);
  folders.set(key, folder);
  return folder;
}

async function install(names: readonly string[], from: readonly string[]): Promise<string> {
  const folder = emptyFolder();
  const files = names.map((name) => tarballs[name] as string);
  const { code, stderr } = await runIn(folder, 'npm', ['install', ...QUIET, ...from, ...files]);
  assert.equal(code, 0, stderr);
  return folder;
}

async function startService(): Promise<Cloud> {
  const storage = openStorage(`sqlite:${join(emptyFolder(), 'purser.db')}`);
  await migrate(storage, Date.now());
  return startCloud(async () => storage);
}

function succeeded({ code, stdout, stderr }: Run): string {
  assert.equal(code, 0, stderr);
  return stdout;
}

test('a package has its license, a readme and no source', async () => {
  const folder = await installed(['client', 'cli']);
  for (const name of ['client', 'cli']) {
    const path = join(folder, 'node_modules', '@purser', name);
    const code = name === 'client' ? ['node/index.js', 'browser/index.js'] : ['main.js', 'bin/purser.js'];
    for (const file of ['LICENSE', 'README.md', ...code]) assert.ok(existsSync(join(path, file)), file);
    assert.ok(!existsSync(join(path, 'src')));
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    assert.deepEqual(
      [manifest.private, manifest.dependencies, manifest.scripts, manifest.engines.node],
      [undefined, undefined, undefined, '>=24'],
    );
  }
  const licenses = join(folder, 'node_modules', '@purser', 'cli', 'THIRD-PARTY-LICENSES.txt');
  assert.match(readFileSync(licenses, 'utf8'), /^commander /m);
});

test('every relative link in the documents of a package leads to a file of the package', async () => {
  for (const [name, tarball] of Object.entries(tarballs)) {
    const folder = emptyFolder();
    succeeded(await runIn(folder, 'tar', ['-xzf', tarball]));
    const documents = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.md'),
    );
    assert.ok(documents.includes(join('package', 'README.md')), `${name} has a README`);
    for (const document of documents) {
      const path = join(folder, document);
      for (const link of relativeLinks(readFileSync(path, 'utf8'))) {
        const inside = resolve(dirname(path), link).startsWith(join(folder, 'package', '/'));
        assert.ok(
          inside && existsSync(resolve(dirname(path), link)),
          `${name}: ${document} links to ${link}`,
        );
      }
    }
  }
});

/** Paths that a Markdown text links to: inline, by reference, and as HTML. */
function relativeLinks(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '');
  const links = prose.matchAll(/\]\(<?([^)>\s]+)|^\[[^\]]+\]:\s*<?([^>\s]+)|(?:href|src)="([^"]+)"/gm);
  return [...links]
    .map(([, inline, reference, html]) => (inline ?? reference ?? html ?? '').replace(/[#?].*$/, ''))
    .filter((link) => link !== '' && !/^[a-z][a-z\d+.-]*:/i.test(link));
}

test('types are complete, and refer only to installed packages', async () => {
  const folder = await installed(['client']);
  const consumer = `
    import { type Excess, Purser, QuotaLimit, type PurserOptions } from '@purser/client';
    const options: PurserOptions = { url: 'https://accounts.example.org', token: 'token', timeoutMs: 1 };
    export const purser: Purser = new Purser(options);
    export const excessOf = (error: unknown): Excess | undefined =>
      error instanceof QuotaLimit ? error.excess : undefined;
    export const left: bigint | undefined = excessOf(undefined)?.available;
    export const limit = async (): Promise<bigint | undefined> =>
      (await purser.account.getQuotas({ timeoutMs: 1 }))['project']?.['resource']?.limit;
    // @ts-expect-error a client needs an address
    new Purser({ token: 'token' });
  `;
  writeFileSync(join(folder, 'consumer.mts'), consumer);
  const tsc = join(MODULES, 'typescript', 'bin', 'tsc');
  const forNode = { types: ['node'], typeRoots: [join(MODULES, '@types')], lib: ['es2024'] };
  const forBrowsers = { types: [], lib: ['es2024', 'dom', 'dom.iterable'] };
  const rules = { target: 'es2024', strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
  for (const options of [
    { ...rules, ...forNode, module: 'nodenext', moduleResolution: 'nodenext' },
    { ...rules, ...forBrowsers, module: 'esnext', moduleResolution: 'bundler' },
  ]) {
    const configuration = { compilerOptions: { ...options, noEmit: true }, files: ['consumer.mts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
    const { code, stdout } = await runIn(folder, process.execPath, [tsc, '-p', folder]);
    assert.equal(code, 0, `${options.moduleResolution}: ${stdout}`);
  }
});

test('a bundler for browsers selects the browser build; `require` works too', async () => {
  const folder = await installed(['client']);
  const bundler = join(MODULES, 'esbuild', 'bin', 'esbuild');
  writeFileSync(join(folder, 'page.js'), "import { Purser } from '@purser/client';\nconsole.log(Purser);\n");
  const bundle = succeeded(
    await runIn(folder, bundler, ['page.js', '--bundle', '--platform=browser', '--format=esm']),
  );
  assert.match(bundle, /Purser/);
  assert.doesNotMatch(bundle, /node:/);
  const required = "console.log(typeof require('@purser/client').Purser)";
  const stdout = succeeded(await runIn(folder, process.execPath, ['--eval', required]));
  assert.equal(stdout, 'function\n');
});

test('a build that is killed changes no file of the checkout, and leaves a complete package or none', async () => {
  const dist = join(checkout, 'client', 'dist');
  const complete = readdirSync(dist, { recursive: true }).sort();
  const manifest = join(dist, 'package.json');
  const unfinished = join(checkout, 'client', '.dist-unfinished');
  const steps: readonly [string, () => boolean][] = [
    ['the build has begun', () => existsSync(unfinished)],
    ['the code is bundled', () => existsSync(join(unfinished, 'browser', 'index.js'))],
    ['the README is copied', () => existsSync(join(unfinished, 'README.md'))],
  ];
  for (const [step, reached] of steps) {
    const npm = spawn('npm', ['run', 'build', '-w', 'client'], {
      cwd: checkout,
      env: shell(),
      detached: true,
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => npm.once('exit', resolve));
    await until(step, () => reached() || npm.exitCode !== null);
    process.kill(-(npm.pid as number), 'SIGKILL');
    await ended;
    assert.equal(changesIn(checkout), '', step);
    if (existsSync(manifest)) assert.deepEqual(readdirSync(dist, { recursive: true }).sort(), complete, step);
  }
  succeeded(await runIn(checkout, 'npm', ['run', 'build', '-w', 'client']));
  assert.deepEqual(readdirSync(dist, { recursive: true }).sort(), complete);
  assert.ok(!existsSync(unfinished));
});

test('a package is packed from its build only; packing the source folder fails with instructions', async () => {
  for (const name of PACKAGES) {
    const { code, stderr } = await runIn(checkout, 'npm', ['pack', '-w', name, '--pack-destination', target]);
    assert.notEqual(code, 0);
    assert.match(stderr, new RegExp(`from dist: npm run build -w ${name} && npm pack \\./${name}/dist`));
  }
  assert.equal(changesIn(checkout), '');
});

for (const { name, node, skip } of NODES) {
  test(`on ${name}`, { skip }, async (t: TestContext) => {
    const cloud = await startService();
    const { url, adminToken } = cloud.purser;
    const env = { PURSER_URL: url, PURSER_TOKEN: adminToken };

    await t.test('the client, installed alone, calls the service', async () => {
      const folder = await installed(['client']);
      const script = `
        import { Purser, QuotaLimit } from '@purser/client';
        const { PURSER_URL: url, USER: token, SERVICE: secret, HOLDER: holder } = process.env;
        const user = new Purser({ url, token });
        const service = new Purser({ url, token: secret });
        const { access } = await user.account.authenticate();
        const quotas = await user.account.getQuotas();
        const charge = { holder, source: holder, provisions: { [${JSON.stringify(VISIBLE)}]: 101 } };
        const refusal = await service.account.issueOneCommission(charge).catch((error) => error);
        console.log(access.user.id, quotas[holder][${JSON.stringify(ROOMY)}].limit, refusal instanceof QuotaLimit, refusal.excess.available);
      `;
      writeFileSync(join(folder, 'script.mjs'), script);
      const { uuid, token } = cloud.user;
      const own = { PURSER_URL: url, USER: token, SERVICE: cloud.service, HOLDER: uuid };
      const stdout = succeeded(await runIn(folder, node, ['script.mjs'], { env: own }));
      assert.equal(stdout, `${uuid} 9223372036854775807n true 100n\n`);
    });

    for (const names of [['cli'], ['client', 'cli']]) {
      await t.test(`the command runs, ${names.length === 1 ? 'alone' : 'beside the client'}`, async () => {
        const folder = await installed(names);
        const purser = (...args: string[]): Promise<Run> =>
          runIn(folder, 'npx', ['purser', ...args], { node, env });
        assert.match(succeeded(await purser('--help')), /^Usage: purser/);
        const users = JSON.parse(succeeded(await purser('user', 'list', '-o', 'json'))) as {
          email: string;
        }[];
        assert.deepEqual(users.map(({ email }) => email).sort(), ['admin@example.org', 'test1@example.org']);
        for (const local of ['serve', 'config', 'migrate']) {
          const { code, stderr } = await purser(local);
          assert.equal(code, 1);
          assert.match(stderr, /^This needs the service itself.*npm install @purser\/server'\.$/m, local);
        }
      });
    }

    await t.test('with the packages of the service installed, the command runs the service', async () => {
      const folder = await installed(['cli', 'server', 'api', 'text'], ['--prefer-offline']);
      const port = await freePort();
      const home = emptyFolder();
      const own = {
        PURSER_PORT: String(port),
        PURSER_URL: `http://127.0.0.1:${port}`,
        PURSER_TOKEN: 'token-of-the-administrator',
        PURSER_ADMIN_TOKEN: 'token-of-the-administrator',
        PURSER_LOG_LEVEL: 'error',
      };
      const command = join(folder, 'node_modules', '.bin', 'purser');
      assert.match(succeeded(await runIn(home, node, [command, 'migrate'], { env: own })), /0001-foundation/);
      assert.match(succeeded(await runIn(home, node, [command, 'config'], { env: own })), /database_url/);
      const service = spawn(node, [command, 'serve'], {
        cwd: home,
        env: { ...shell(node), ...own },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = new Promise((resolve) => service.once('exit', resolve));
      try {
        await said(service.stdout, 'Purser serves', ended);
        const list = await runIn(folder, node, [command, 'user', 'list', '-o', 'json'], { env: own });
        assert.equal(JSON.parse(succeeded(list)).length, 1);
        assert.equal((await fetch(`${own.PURSER_URL}/api/openapi.json`)).status, 200);
        assert.equal((await fetch(`${own.PURSER_URL}/api/docs/`)).status, 200);
      } finally {
        service.kill('SIGTERM');
      }
      assert.equal(await ended, 0, 'it stops as it should');
    });
  });
}

/** Resolves when a stream has this text. @throws Error if the stream ends before */
function said(stream: NodeJS.ReadableStream, words: string, ended: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
      if (text.includes(words)) resolve();
    });
    ended.then(() => reject(new Error(`It ended and said: ${text}`)), reject);
  });
}
