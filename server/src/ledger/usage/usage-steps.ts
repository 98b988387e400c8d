/** The steps in which usage over time is kept and shown; they begin with hours and days of UTC. */
export type Step = 'hour' | 'day';

export const HOUR_MS = 3_600_000;
export const STEP_MS: Readonly<Record<Step, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS };
/** Where the sums of each step are kept. */
export const STEP_TABLES = { hour: 'usage_hours', day: 'usage_days' } as const satisfies Record<Step, string>;

/** The beginning of the step that a moment lies in. Both in milliseconds since the epoch. */
export function startOfStep(at_ms: number, step: Step): number {
  return Math.floor(at_ms / STEP_MS[step]) * STEP_MS[step];
}

export const isStartOfStep = (at_ms: number, step: Step): boolean => startOfStep(at_ms, step) === at_ms;
