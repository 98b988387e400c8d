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

/** A folder on the disk of the repository that git ignores. */
const PARENT = join(REPOSITORY, '.purser');

const temporary = new Set<string>();

/** Removes a temporary directory with its content. */
export function removeDirectory(directory: string): void {
  // Retried, because a process that was just killed may still write to it.
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  // If all retries fail, it is removed when this process ends.
  if (!existsSync(directory)) temporary.delete(directory);
}

process.once('exit', () => {
  for (const directory of temporary) removeDirectory(directory);
});

/**
 * A new directory for the data of servers; readable for others because PostgreSQL runs as another user than root. It is
 * removed at the latest when this process ends.
 */
export function temporaryDirectory(): string {
  mkdirSync(PARENT, { recursive: true });
  const directory = mkdtempSync(join(PARENT, 'bench-'));
  chmodSync(directory, 0o755);
  temporary.add(directory);
  return directory;
}

/** The environment of one scenario on one engine. It stops all started processes and removes all written files. */
export class Stage {
  readonly engine: Engine;
  private readonly profileDirectory: string | undefined;
  private readonly directories: string[] = [];
  private readonly running: { stop(): Promise<void> }[] = [];

  constructor(engine: Engine, profileDirectory?: string) {
    this.engine = engine;
    this.profileDirectory = profileDirectory;
  }

  /** A directory that exists as long as the stage. */
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

  /** A separate Purser; default: with an empty database of the stage's engine. */
  async purser(options: Partial<PurserOptions> = {}): Promise<RunningPurser> {
    const directory = options.directory ?? this.directory();
    const database = options.database ?? (await this.database(directory));
    return this.keep(
      await startPurser({ profileDirectory: this.profileDirectory, ...options, directory, database }),
    );
  }

  /** A PostgreSQL if the stage uses that engine; SQLite needs no server. */
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
