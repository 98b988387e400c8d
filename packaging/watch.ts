import { isStaged, restore } from './staging.ts';

/** Waits for the end of the process that packs, and restores the package if that process did not come to it. */
const POLL_MS = 100;
const [folder = '', packer = ''] = process.argv.slice(2);

const timer = setInterval(() => {
  if (!isStaged(folder)) clearInterval(timer);
  else if (!isRunning(Number(packer))) {
    clearInterval(timer);
    restore(folder);
  }
}, POLL_MS);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
