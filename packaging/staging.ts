import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The folder of the repository. */
export const ROOT = join(import.meta.dirname, '..');

/** Where the original of what was replaced waits, below the folder of a package. */
const KEPT = '.pack';
/** What is built, below the folder of a package. */
export const BUILT = 'dist';

/**
 * Puts a package into the shape in which it is packed: another package.json, and files that it lacks. All of it is taken
 * back by `restore`.
 * @param files paths of further files, by the names that they get
 */
export function stage(folder: string, manifest: object, files: Readonly<Record<string, string>>): void {
  const kept = join(folder, KEPT);
  mkdirSync(kept);
  copyFileSync(join(folder, 'package.json'), join(kept, 'package.json'));
  writeFileSync(join(kept, 'added.json'), JSON.stringify(Object.keys(files)));
  for (const [name, path] of Object.entries(files)) copyFileSync(path, join(folder, name));
  const next = join(kept, 'next.json');
  writeFileSync(next, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(next, join(folder, 'package.json'));
}

export const isStaged = (folder: string): boolean => existsSync(join(folder, KEPT));

/** Brings a package back to what it was, whatever came in between; what was built is removed. */
export function restore(folder: string): void {
  const kept = join(folder, KEPT);
  rmSync(join(folder, BUILT), { recursive: true, force: true });
  const added = join(kept, 'added.json');
  if (existsSync(added)) {
    for (const name of JSON.parse(readFileSync(added, 'utf8')) as string[])
      rmSync(join(folder, name), { force: true });
    renameSync(join(kept, 'package.json'), join(folder, 'package.json'));
  }
  rmSync(kept, { recursive: true, force: true });
}
