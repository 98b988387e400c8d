import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The journal that a kill has left. */
export interface JournalLeft {
  readonly rows: number;
  /** The oldest row; 1 as long as no page has been settled since the start. 0 where there is none. */
  readonly first: number;
}

/** Reads the journal of an embedded database in a copy, so that the next start finds everything as the kill left it. */
export function journalLeft(databaseUrl: string): JournalLeft {
  const path = databaseUrl.slice('sqlite:'.length);
  const folder = mkdtempSync(join(tmpdir(), 'purser-journal-'));
  const copy = join(folder, 'purser.db');
  try {
    for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) cpSync(path + suffix, copy + suffix);
    const db = new DatabaseSync(copy);
    const left = db
      .prepare('SELECT count(*) AS rows, coalesce(min(seq), 0) AS first FROM ledger_journal')
      .get();
    db.close();
    return left as unknown as JournalLeft;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
