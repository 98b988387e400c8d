import { periodically } from '../../lib/flow/periodically.ts';
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
 * Keeps the usage history up to date off the hot path: in small steps while the ledger is busy, quickly while it is idle.
 * @returns stops the roll-up; resolves when the step under way has ended
 */
export function keepRolledUp(
  usage: UsageHistory,
  ledger: Ledger,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let jobs = 0;
  let fullSteps = 0;
  const run = async (): Promise<number | undefined> => {
    const began = performance.now();
    const pace = ledger.load.jobs === jobs ? 'idle' : 'busy';
    try {
      const rolled = await usage.rollUp(STEP[pace]);
      fullSteps = rolled === STEP[pace] ? fullSteps + 1 : 0;
      if (fullSteps === 0) return undefined;
      const rest = pace === 'busy' && fullSteps > FAR_BEHIND ? REST.behind : REST[pace];
      return (performance.now() - began) * rest;
    } finally {
      jobs = ledger.load.jobs;
    }
  };
  return periodically({ every_ms: WAIT_MS, run, onError });
}
