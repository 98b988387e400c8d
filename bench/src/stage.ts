import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlSettings } from './control.ts';
import { type RunningDatabase, startPostgres } from './postgres-process.ts';
import {
  type PurserOptions,
  REPOSITORY,
  type RunningPurser,
  type RunningServer,
  startControl,
  startPurser,
  startReplay,
} from './server-process.ts';

export type Engine = 'sqlite' | 'postgres';

/** On the disk that holds the repository, and in a folder that git ignores. */
const PARENT = join(REPOSITORY, '.purser');

const temporary = new Set<string>();

/** Removes a temporary directory and all in it. */
export function removeDirectory(directory: string): void {
  // Retried, because a process that was just killed may still be busy in there.
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  // It gives up without a word when its retries are used up; then the end of this process is the next chance.
  if (!existsSync(directory)) temporary.delete(directory);
}

process.once('exit', () => {
  for (const directory of temporary) removeDirectory(directory);
});

/**
 * A fresh directory for servers' data; open to others because PostgreSQL runs as another user than root.
 * It is gone when this process ends, if not before.
 */
export function temporaryDirectory(): string {
  mkdirSync(PARENT, { recursive: true });
  const directory = mkdtempSync(join(PARENT, 'bench-'));
  chmodSync(directory, 0o755);
  temporary.add(directory);
  return directory;
}

/** Where one scenario runs on one engine: everything it starts here is stopped, everything it wrote is removed. */
export class Stage {
  readonly engine: Engine;
  private readonly profileDirectory: string | undefined;
  private readonly directories: string[] = [];
  private readonly running: { stop(): Promise<void> }[] = [];

  constructor(engine: Engine, profileDirectory?: string) {
    this.engine = engine;
    this.profileDirectory = profileDirectory;
  }

  /** A directory that lasts as long as the stage. */
  directory(): string {
    const directory = temporaryDirectory();
    this.directories.push(directory);
    return directory;
  }

  async control(settings: Omit<ControlSettings, 'port'>): Promise<RunningServer> {
    return this.keep(await startControl(this.directory(), settings));
  }

  /** The references' statements, replayed on this PostgreSQL. */
  async replay(database: RunningDatabase, settings: { connections: number }): Promise<RunningServer> {
    return this.keep(await startReplay(this.directory(), database, settings));
  }

  /** A Purser of its own with an empty database of the stage's engine, unless told otherwise. */
  async purser(options: Partial<PurserOptions> = {}): Promise<RunningPurser> {
    const directory = options.directory ?? this.directory();
    const database = options.database ?? (await this.database(directory));
    return this.keep(
      await startPurser({ profileDirectory: this.profileDirectory, ...options, directory, database }),
    );
  }

  /** A PostgreSQL if the stage is about that engine; the embedded engine needs no server. */
  async database(directory: string) {
    return this.engine === 'postgres' ? this.keep(await startPostgres(directory)) : undefined;
  }

  async dispose(): Promise<void> {
    try {
      for (const item of this.running.splice(0).reverse()) await item.stop();
    } finally {
      this.removeDirectories();
    }
  }

  private removeDirectories(): void {
    for (const directory of this.directories.splice(0)) removeDirectory(directory);
  }

  private keep<T extends { stop(): Promise<void> }>(item: T): T {
    this.running.push(item);
    return item;
  }
}
