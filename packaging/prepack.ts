import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleClient, bundleCommand } from './bundled.ts';
import { compile } from './compiled.ts';
import { builtName, type Kind, type Manifest, packedManifest } from './packed-manifest.ts';
import { packerOf } from './processes.ts';
import { BUILT, ROOT, restore, stage } from './staging.ts';

/**
 * Makes the package in the current folder ready to be packed; npm runs this before `npm pack` and `npm publish`. Node
 * strips no types below `node_modules`, so what is packed is built.
 */
const KINDS: Readonly<Record<string, Kind>> = { client: 'client', cli: 'command' };

const folder = process.cwd();
const name = basename(folder);
const kind = KINDS[name] ?? 'compiled';
// Of a packing that came to no end.
restore(folder);
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
const built = join(folder, BUILT);
mkdirSync(built);
if (kind === 'client') {
  const files = Object.values(manifest.exports ?? {});
  const entries = Object.fromEntries(files.map((file) => [builtName(file), `${builtName(file)}.ts`]));
  await bundleClient(entries, join(built, 'node'), 'node');
  await bundleClient(entries, join(built, 'browser'), 'browser');
  compile(name, join(built, 'types'), 'declarations');
} else if (kind === 'command') {
  await bundleCommand(built);
} else {
  compile(name, built);
}

// Should npm be stopped half-way, somebody has to be there who puts back what it would have put back.
const packer = packerOf(process.ppid);
if (packer !== undefined) {
  const watch = [join(ROOT, 'packaging', 'watch.ts'), folder, String(packer), String(process.pid)];
  spawn(process.execPath, watch, { cwd: ROOT, detached: true, stdio: 'ignore' }).unref();
}
// Each package has a README of its own: the one of the repository links to files that are not packed.
stage(folder, packedManifest(manifest, kind), { LICENSE: join(ROOT, 'LICENSE') });
