import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';
import type { TestPurser } from './harness.ts';

const root = join(import.meta.dirname, '..', '..', '..');

interface Walk {
  /** Where in the text the blocks begin, and where they end; without these, all of it. */
  readonly from?: string;
  readonly to?: string;
  /** Calls the command itself where the text has npx look for it, which takes longer than most commands. */
  readonly direct?: boolean;
}

/**
 * Runs the shell blocks of a document, in order and as one script, against a service, as its operator; answers what
 * they print, with an empty line between two blocks. The block that is to be filled in is left out. A block of
 * TypeScript after a paragraph that ends with the name of a file is that file.
 */
export async function runWalk(
  purser: TestPurser,
  document: string,
  { from = '', to, direct = false }: Walk = {},
): Promise<string> {
  const text = readFileSync(join(root, document), 'utf8');
  const section = text.slice(text.indexOf(from), to === undefined ? undefined : text.indexOf(to));
  const blocks = [...section.matchAll(/```sh\n(.*?)```|`([a-z-]+\.ts)`:\n\n```ts\n(.*?)```/gs)].map(
    ([, shell, file, text]) => shell ?? `cat > ${file} <<'END_OF_FILE'\n${text}END_OF_FILE\n`,
  );
  assert.ok(blocks.length > 1, 'the walk has been found');
  const printed = blocks.filter((block) => !block.includes('PURSER_TOKEN=...')).join('\necho\n');
  const script = direct ? printed.replaceAll('npx purser', 'node_modules/.bin/purser') : printed;
  const folder = checkout();
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-euc', script.replaceAll('http://127.0.0.1:8700', purser.url)],
    {
      cwd: folder,
      env: {
        PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
        // What a command keeps for its user is gone with the walk.
        HOME: folder,
        PURSER_URL: purser.url,
        PURSER_TOKEN: purser.adminToken,
      },
    },
  );
  return stdout;
}

/** A folder that looks like a checkout, in which the walk may leave its files. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-walk-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'docs', 'examples'), join(folder, 'docs', 'examples'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
