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
/** What was added to the package; it is there once the original is kept whole, and nothing else is changed before. */
const ADDED = 'added.json';
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
  // Whoever is killed on the way leaves either all of a file or what was there before.
  const replace = (path: string, text: string): void => {
    const next = join(kept, 'next');
    writeFileSync(next, text);
    renameSync(next, path);
  };
  replace(join(kept, ADDED), JSON.stringify(Object.keys(files)));
  for (const [name, path] of Object.entries(files)) copyFileSync(path, join(folder, name));
  replace(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

export const isStaged = (folder: string): boolean => existsSync(join(folder, KEPT));

/**
 * Brings a package back to what it was, whatever came in between; what was built is removed. It may be killed at any
 * point, and called again.
 */
export function restore(folder: string): void {
  const kept = join(folder, KEPT);
  rmSync(join(folder, BUILT), { recursive: true, force: true });
  const added = join(kept, ADDED);
  const original = join(kept, 'package.json');
  if (existsSync(added)) {
    for (const name of JSON.parse(readFileSync(added, 'utf8')) as string[])
      rmSync(join(folder, name), { force: true });
    if (existsSync(original)) renameSync(original, join(folder, 'package.json'));
  }
  rmSync(kept, { recursive: true, force: true });
}
