import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { RunFile, TestEvent } from './test-events.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');
const REPORTER = join(import.meta.dirname, 'reporter.ts');
/** Longer than a test may take: a process that is silent for so long is stuck outside of any test. */
const SILENCE_MS = 360_000;

/**
 * Room for young objects, in MiB. Each test builds and drops a service; with the default of 16 a quarter of the CPU time
 * goes to collecting and moving its objects.
 */
const YOUNG_OBJECTS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** What came of one file. */
export interface FileResult {
  readonly file: string;
  readonly events: readonly TestEvent[];
  /** What the file wrote to its outputs. */
  readonly output: string;
  readonly duration_ms: number;
}

/** A process that runs test files, one at a time. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #output = '';
  #onEvent: ((event: TestEvent) => void) | undefined;

  constructor() {
    this.#child = fork(WORKER, {
      execArgv: ['--disable-warning=ExperimentalWarning', ...YOUNG_OBJECTS, `--test-reporter=${REPORTER}`],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.#child.on('message', (event) => this.#onEvent?.(event as TestEvent));
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  /** Runs a file; never rejects: a process that ends or says nothing any more is a failure of the file. */
  async run(file: string): Promise<FileResult> {
    const started = performance.now();
    const events: TestEvent[] = [];
    const failed = (error: string) => events.push({ kind: 'failed', names: [], duration_ms: 0, error });
    this.#output = '';
    const finished = new Promise<void>((resolve) => {
      const silence = setTimeout(() => {
        failed(`Nothing was reported for ${SILENCE_MS / 1000} seconds; its process was ended.`);
        this.#child.kill('SIGKILL');
      }, SILENCE_MS);
      const end = (): void => {
        clearTimeout(silence);
        this.#onEvent = undefined;
        resolve();
      };
      this.#onEvent = (event) => {
        silence.refresh();
        if (event.kind === 'finished') end();
        else if (event.kind !== 'started') events.push(event);
      };
      void this.#ended.then((how) => {
        if (this.#onEvent !== undefined) failed(`Its process ended early (${how}).`);
        end();
      });
    });
    if (this.#child.connected) this.#child.send({ file } satisfies RunFile);
    await finished;
    return { file, events, output: this.#output, duration_ms: performance.now() - started };
  }

  /** Lets the process end, which removes what it has left on disk. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }
}
