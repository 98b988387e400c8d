import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { bundleClient, bundleCommand } from './bundled.ts';
import { compile } from './compiled.ts';
import { builtName, type Kind, type Manifest, packedManifest } from './packed-manifest.ts';
import { ROOT } from './root.ts';

/**
 * Builds the package in the current folder into its folder `dist`: a complete package, to be packed and published from
 * there. Node strips no types below `node_modules`, so packages contain JavaScript. No file that git tracks changes, and
 * `dist` is replaced only when the build is complete.
 */
const KINDS: Readonly<Record<string, Kind>> = { client: 'client', cli: 'command' };

const folder = process.cwd();
const name = basename(folder);
const kind = KINDS[name] ?? 'compiled';
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
const dist = join(folder, 'dist');
const unfinished = join(folder, '.dist-unfinished');
const replaced = join(folder, '.dist-replaced');
const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

// A build that was killed may have left these.
remove(unfinished);
remove(replaced);
mkdirSync(unfinished);
if (kind === 'client') {
  const files = Object.values(manifest.exports ?? {});
  const entries = Object.fromEntries(files.map((file) => [builtName(file), `${builtName(file)}.ts`]));
  await bundleClient(entries, join(unfinished, 'node'), 'node');
  await bundleClient(entries, join(unfinished, 'browser'), 'browser');
  compile(name, join(unfinished, 'types'), 'declarations');
} else if (kind === 'command') {
  await bundleCommand(unfinished);
  cpSync(join(folder, 'bin'), join(unfinished, 'bin'), { recursive: true });
} else {
  compile(name, unfinished);
}
// Each package has its own README: the one of the repository links to files that are not packed.
copyFileSync(join(folder, 'README.md'), join(unfinished, 'README.md'));
copyFileSync(join(ROOT, 'LICENSE'), join(unfinished, 'LICENSE'));
writeFileSync(
  join(unfinished, 'package.json'),
  `${JSON.stringify(packedManifest(manifest, kind), null, 2)}\n`,
);
// A folder is renamed at once and removed file by file: a `dist` that exists is always complete.
if (existsSync(dist)) renameSync(dist, replaced);
renameSync(unfinished, dist);
remove(replaced);
