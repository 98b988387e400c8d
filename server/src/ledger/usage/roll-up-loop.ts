import { periodically } from '../../lib/flow/periodically.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Ledger } from '../ledger.ts';
import type { UsageHistory } from './history.ts';

/**
 * Commissions of one roll-up. On the embedded engine other writes wait for it, some milliseconds; larger steps cost
 * less per commission.
 */
const STEP = { busy: 128, idle: LIMITS.commissions_rolled_at_once } as const;
/** The pause after a step that found fewer commissions. */
const WAIT_MS = 5000;
/**
 * The pause after a full step, as a multiple of its duration: on a busy ledger the roll-up takes a twentieth of the
 * time, and where the history is far behind a fifth, so that requests for usage can be answered.
 */
const REST = { busy: 20, behind: 4, idle: 1 } as const;
/** Consecutive full steps after which the history counts as far behind: some 25,000 commissions. */
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
