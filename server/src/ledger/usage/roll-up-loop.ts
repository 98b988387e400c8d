import { LIMITS } from '../../lib/limits.ts';
import type { Ledger } from '../ledger.ts';
import type { UsageHistory } from './history.ts';

/**
 * Commissions taken in in one go. On the embedded engine nothing else is written meanwhile, so a step is some
 * milliseconds while others wait; larger ones cost less per commission.
 */
const STEP = { busy: 128, idle: LIMITS.commissions_rolled_at_once } as const;
/** How long to wait for something to do. */
const WAIT_MS = 5000;
/**
 * After each step, rest so many times as long as it took: a busy ledger gives a twentieth of its time, and where the
 * history falls far behind a fifth, so that what is asked of it can be answered at a rate that lasts.
 */
const REST = { busy: 20, behind: 4, idle: 1 } as const;
/** Full steps one after the other that mean far behind: some 25,000 commissions. */
const FAR_BEHIND = 200;

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
  let fullSteps = 0;
  const turn = async (): Promise<void> => {
    const began = performance.now();
    const pace = ledger.load.jobs === jobs ? 'idle' : 'busy';
    let wait_ms = WAIT_MS;
    try {
      const rolled = await usage.rollUp(STEP[pace]);
      fullSteps = rolled === STEP[pace] ? fullSteps + 1 : 0;
      const rest = pace === 'busy' && fullSteps > FAR_BEHIND ? REST.behind : REST[pace];
      if (fullSteps > 0) wait_ms = (performance.now() - began) * rest;
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
