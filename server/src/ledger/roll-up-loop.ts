import { LIMITS } from '../lib/limits.ts';
import type { UsageHistory } from './history.ts';
import type { Ledger } from './ledger.ts';

/**
 * Commissions taken in in one go. On the embedded engine nothing else is written meanwhile, so a step is some
 * milliseconds while others wait; larger ones cost less per commission.
 */
const STEP = { busy: 128, idle: LIMITS.commissions_rolled_at_once } as const;
/** How long to wait for something to do. */
const WAIT_MS = 5000;
/** After each step, rest so many times as long as it took: a busy ledger gives a twentieth of its time at the most. */
const REST = { busy: 20, idle: 1 } as const;

/**
 * Keeps the usage history up to date off the hot path: little by little while the ledger is busy, quickly when it is
 * not. Answers how to stop; what is under way then is finished first.
 */
export function keepRolledUp(
  usage: UsageHistory,
  ledger: Ledger,
  complain: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  let jobs = 0;
  const turn = async (): Promise<void> => {
    const began = performance.now();
    const pace = ledger.load.jobs === jobs ? 'idle' : 'busy';
    let wait_ms = WAIT_MS;
    try {
      const rolled = await usage.rollUp(STEP[pace]);
      if (rolled === STEP[pace]) wait_ms = (performance.now() - began) * REST[pace];
    } catch (error) {
      complain(error);
    }
    jobs = ledger.load.jobs;
    if (!stopped) schedule(wait_ms);
  };
  const schedule = (wait_ms: number): void => {
    timer = setTimeout(() => {
      running = turn();
    }, wait_ms);
    timer.unref();
  };
  schedule(WAIT_MS);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
