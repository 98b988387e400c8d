import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './staging.ts';

/** What stands beside the code and belongs to it as it is: schemas of the database, templates of mails. */
const ASSET = /\.(sql|eta|json|html|css)$/;

/**
 * Compiles a package of this repository, file by file, with declarations, and copies what stands beside the code.
 * @param only whether its declarations alone are wanted
 * @throws Error if that is not possible; why has been written to stderr
 */
export function compile(name: string, target: string, only?: 'declarations'): void {
  const cache = join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'pack-'));
  const source = join(ROOT, name, 'src');
  try {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration(source, folder, only)));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    // Its findings go to stderr: stdout belongs to npm, which may have been asked for JSON.
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
      // The types of a checkout are checked by its own check; to do it for every package takes most of the time.
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

/** Declarations name their neighbours as the source does, by `.ts`, which is not there any more. */
function isKept(path: string): boolean {
  if (path.endsWith('.d.ts')) {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/((?:from|import)\s*\(?\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
  }
  return true;
}
