import { AsyncLocalStorage } from 'node:async_hooks';

/** A stream to people or to a program; `isTTY` where people sit at the other end. */
export interface Out extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  /** How many characters a line of the terminal has. */
  readonly columns?: number;
}

/** Where one run of the command gets its input from, and where its output goes. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths are in. */
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Out;
  readonly stderr: Out;
}

interface Running {
  readonly io: Io;
  /** What is to be done when the run is over. */
  readonly endings: (() => void)[];
}

const runs = new AsyncLocalStorage<Running>();

/** The environment and the streams of this process. */
export const processIo = (): Io => ({
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});

/** Environment and streams of the run that the caller belongs to; those of the process outside of all runs. */
export function currentIo(): Io {
  return runs.getStore()?.io ?? processIo();
}

/** Does something with this environment and these streams; `currentIo` answers them all the way down. */
export async function withIo<T>(io: Io, work: () => Promise<T>): Promise<T> {
  const running: Running = { io, endings: [] };
  try {
    return await runs.run(running, work);
  } finally {
    for (const end of running.endings) end();
  }
}

/** Has something done when the run is over, however it ends. */
export function atEnd(work: () => void): void {
  runs.getStore()?.endings.push(work);
}
