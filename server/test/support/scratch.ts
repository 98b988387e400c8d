import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the databases of one run of all tests take at most, and some more. */
const ROOM_BYTES = 4 * 1024 ** 3;
const MEMORY = '/dev/shm';

/**
 * A new folder for data that does not outlive its test: in memory where there is room, for a disk would take most of
 * the time of most tests.
 */
export function scratchFolder(prefix: string): string {
  return mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), prefix));
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM_BYTES;
  } catch {
    return false;
  }
}
