import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Every file begins with a line of this many bytes: the version, and the project that is charged. */
const LABEL_BYTES = 128;

/** One object as it is stored. */
export interface StoredObject {
  /** Changes whenever the object is written. */
  readonly version: string;
  /** Uuid of the project that it is charged to. */
  readonly project: string;
  readonly size: number;
}

/**
 * Objects in a folder, one file each, replaced and removed atomically: after a crash at any moment, a file is the
 * old or the new version, and contains its version.
 */
export class Objects {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes incomplete files that a crash left behind. */
  async tidy(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const user of await readdir(this.#folder)) {
      for (const file of await readdir(join(this.#folder, user))) {
        if (file.startsWith('.')) await rm(join(this.#folder, user, file));
      }
    }
  }

  async find(user: string, name: string): Promise<StoredObject | undefined> {
    try {
      await using file = await open(this.#path(user, name));
      const { buffer } = await file.read(Buffer.alloc(LABEL_BYTES), 0, LABEL_BYTES, 0);
      const [version, project] = buffer.toString('latin1').trim().split(' ') as [string, string];
      return { version, project, size: (await file.stat()).size - LABEL_BYTES };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async names(user: string): Promise<string[]> {
    const files = await readdir(join(this.#folder, user)).catch(() => []);
    return files.filter((file) => !file.startsWith('.')).map((file) => decodeURIComponent(file.slice(1)));
  }

  read(user: string, name: string): Readable {
    return createReadStream(this.#path(user, name), { start: LABEL_BYTES });
  }

  /** Replaces the object; it is on disk when this resolves. */
  async write(
    user: string,
    name: string,
    label: Omit<StoredObject, 'size'>,
    content: Readable,
  ): Promise<void> {
    const folder = join(this.#folder, user);
    await mkdir(folder, { recursive: true });
    const half = join(folder, `.${randomUUID()}`);
    try {
      const file = await open(half, 'wx');
      await file.write(`${label.version} ${label.project}`.padEnd(LABEL_BYTES - 1).concat('\n'));
      // Flushed to disk before the file is closed and renamed.
      await pipeline(content, file.createWriteStream({ start: LABEL_BYTES, flush: true }));
      await rename(half, this.#path(user, name));
    } catch (error) {
      await rm(half, { force: true });
      throw error;
    }
    await flush(folder);
  }

  async remove(user: string, name: string): Promise<void> {
    await rm(this.#path(user, name), { force: true });
    await flush(join(this.#folder, user));
  }

  /**
   * Names may have any characters, dots and slashes too; the first character distinguishes them from incomplete files.
   */
  #path(user: string, name: string): string {
    return join(this.#folder, user, `=${encodeURIComponent(name)}`);
  }
}

/**
 * Flushes a folder, so that renamed and removed files survive a power failure. The change is done by then, so an error
 * here must not be reported as a failed change.
 */
async function flush(folder: string): Promise<void> {
  try {
    await using directory = await open(folder);
    await directory.sync();
  } catch (error) {
    console.error(error);
  }
}
