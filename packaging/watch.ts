import { isRunning } from './processes.ts';
import { isStaged, restore } from './staging.ts';

/**
 * Waits for the end of the processes that pack, and restores the package if they did not come to it: whoever stops npm
 * half-way would find the package as it is packed.
 */
const POLL_MS = 100;
const [folder = '', ...packers] = process.argv.slice(2);

let wasStaged = false;
const timer = setInterval(() => {
  const running = packers.some((pid) => isRunning(Number(pid)));
  const staged = isStaged(folder);
  if (!running && staged) restore(folder);
  if (!running || (wasStaged && !staged)) clearInterval(timer);
  wasStaged ||= staged;
}, POLL_MS);
