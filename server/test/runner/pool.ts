import { runByName } from './by-name.ts';
import { type FileResult, WorkerProcess } from './worker-process.ts';

/** Files after which a process is replaced: what tests leave in memory adds up. */
const FILES_PER_PROCESS = 40;

/** How files are run. */
export interface PoolOptions {
  /** Processes at once. */
  readonly processes: number;
  /** A regular expression for the names of the tests to run; all by default. */
  readonly namePattern: string | undefined;
  onResult(result: FileResult): void;
}

/** Runs files in a few processes, in the given order. The process of a file that failed is not used again. */
export async function runFiles(files: readonly string[], options: PoolOptions): Promise<void> {
  const { processes, namePattern, onResult } = options;
  const waiting = [...files];
  const work = async (): Promise<void> => {
    let worker: WorkerProcess | undefined;
    let used = 0;
    const retire = async (): Promise<void> => {
      await worker?.end();
      worker = undefined;
      used = 0;
    };
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      if (namePattern !== undefined) {
        onResult(await runByName(file, namePattern));
        continue;
      }
      worker ??= new WorkerProcess();
      const result = await worker.run(file);
      used += 1;
      onResult(result);
      const hasFailed = result.events.some(({ kind }) => kind === 'failed');
      if (hasFailed || used >= FILES_PER_PROCESS) await retire();
    }
    await retire();
  };
  await Promise.all(Array.from({ length: Math.min(processes, files.length) }, work));
}
