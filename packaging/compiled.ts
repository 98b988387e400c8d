import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** Files that are copied with the code: schemas of the database, templates of mails. */
const ASSET = /\.(sql|eta|json|html|css)$/;

/**
 * Compiles a package of this repository, file by file, with declarations, and copies its assets.
 * @param only whether only its declarations are wanted
 * @throws Error if that is not possible; the compiler writes why to stderr
 */
export function compile(name: string, target: string, only?: 'declarations'): void {
  const cache = join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'pack-'));
  const source = join(ROOT, name, 'src');
  try {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration(source, folder, only)));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [tsc, '-p', folder], { stdio: ['ignore', 2, 2] });
    cpSync(join(folder, 'out', name, 'src'), target, { recursive: true, filter: isKept });
    if (only === undefined) {
      cpSync(source, target, {
        recursive: true,
        filter: (path) => !/\.[^/\\]+$/.test(path) || ASSET.test(path),
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configuration(source: string, folder: string, only: 'declarations' | undefined): object {
  return {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      // `npm run check` checks types; checking them here again would take most of the time.
      noCheck: true,
      emitDeclarationOnly: only === 'declarations',
      rewriteRelativeImportExtensions: true,
      incremental: false,
      tsBuildInfoFile: null,
      rootDir: ROOT,
      outDir: join(folder, 'out'),
      typeRoots: [join(ROOT, 'node_modules', '@types')],
    },
    include: [source],
    exclude: [join(source, '**', '*.test.ts')],
  };
}

/** Declarations import each other by `.ts`, as the source does; the packed files end in `.js`. */
function isKept(path: string): boolean {
  if (path.endsWith('.d.ts')) {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/((?:from|import)\s*\(?\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
  }
  return true;
}
