import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { removeDirectory, temporaryDirectory } from './stage.ts';
import { median } from './statistics.ts';

const SYNCS = 200;
const BLOCK = Buffer.alloc(4096, 1);

/** Properties of the machine that are needed to judge the figures. */
export interface Machine {
  cpu: string;
  cores: number;
  memory_GiB: number;
  node: string;
  kernel: string;
  /** Median of appending 4 kB and making it durable, on the disk of the servers' data. */
  fdatasync_ms: number;
  /** Version of the measured code: the commit, and "changed" if the work tree differs from it. */
  revision: string;
}

function fdatasyncMedian(): number {
  const directory = temporaryDirectory();
  const file = openSync(join(directory, 'sync'), 'w');
  const times = Array.from({ length: SYNCS }, (_, block) => {
    const start = performance.now();
    writeSync(file, BLOCK, 0, BLOCK.length, block * BLOCK.length);
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  removeDirectory(directory);
  return median(times);
}

function revision(): string {
  const git = (...parameters: string[]): string =>
    execFileSync('git', parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ', changed');
  } catch {
    return 'unknown';
  }
}

export function describeMachine(): Machine {
  return {
    cpu: `${cpus()[0]?.model ?? 'unknown'} (${arch()})`,
    cores: cpus().length,
    memory_GiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    kernel: `${platform()} ${release()}`,
    fdatasync_ms: fdatasyncMedian(),
    revision: revision(),
  };
}
