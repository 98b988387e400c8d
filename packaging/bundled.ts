import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { ROOT } from './root.ts';

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  splitting: true,
  metafile: true,
  logLevel: 'error',
  legalComments: 'none',
} as const satisfies BuildOptions;

/** Where a bundle of the client runs. */
export type Platform = 'node' | 'browser';

/** Bundles the client with all its imports. @param entries files below `client/src`, by the names of their bundles */
export async function bundleClient(
  entries: Readonly<Record<string, string>>,
  outdir: string,
  platform: Platform,
  minify = false,
): Promise<Metafile> {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: absolute('client', entries),
    outdir,
    platform,
    // Exact JSON needs features of this edition.
    target: platform === 'node' ? 'node24' : 'es2022',
    minify,
  });
  return metafile;
}

/**
 * Bundles the command with all its imports but the service, which most machines with the command do not need, and writes
 * the licenses of the bundled packages.
 */
export async function bundleCommand(outdir: string): Promise<void> {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: absolute('cli', { main: 'main.ts' }),
    outdir,
    platform: 'node',
    target: 'node24',
    plugins: [serviceStaysOutside],
    // Bundled CommonJS packages load modules of Node by `require`.
    banner: {
      js: "import { createRequire as $require } from 'node:module';const require=$require(import.meta.url);",
    },
  });
  const licenses = licensesOf(metafile);
  if (licenses !== '') writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licenses);
}

const absolute = (name: string, entries: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).map(([out, file]) => [out, join(ROOT, name, 'src', file)]));

const serviceStaysOutside: Plugin = {
  name: 'service-stays-outside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@purser\/server(\/|$)/ }, ({ path }) => ({ path, external: true }));
  },
};

/** The texts of the licenses of all third-party packages in a bundle, which most licenses require. */
function licensesOf({ inputs }: Metafile): string {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)]
    .sort()
    .map((relative) => {
      const folder = join(ROOT, relative);
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = existsSync(folder) && readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `License: ${license}`;
      return `${name} ${version}\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
