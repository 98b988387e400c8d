import type { Logger } from 'pino';
import type { Domain } from '../domain.ts';
import { keepRolledUp } from '../ledger/usage/roll-up-loop.ts';
import { periodically } from '../lib/flow/periodically.ts';
import { recordLeftTraces } from '../oversight/traced-commissions.ts';
import type { OnError } from './log.ts';

/** An overdue commission cannot be resolved in any case; the sweep gives back what it holds. */
const EXPIRE_COMMISSIONS_MS = 1000;
const SWEEP_MS = 60_000;
const SWEEP_TASKS_MS = 30_000;

/** What the service does without a request. */
export interface Jobs {
  /** Begins to deliver mails and webhooks; until then they are stored. */
  startDeliveries(): void;
  /** Stops everything but the deliveries, and waits for the runs under way. */
  stop(): Promise<void>;
}

/** Starts the sweeps and the roll-up of the usage history. */
export function startJobs(domain: Domain, logger: Logger, onError: OnError): Jobs {
  const { ledger, usage, outbox, webhooks } = domain;
  const stops = [
    periodically({
      every_ms: EXPIRE_COMMISSIONS_MS,
      run: async () => {
        const serials = await ledger.expireOverdue();
        if (serials.length > 0) logger.info({ serials: serials.length }, 'overdue commissions rejected');
      },
      onError: (error) => onError(error, 'the sweep of overdue commissions failed'),
    }),
    periodically({
      every_ms: SWEEP_MS,
      run: () => sweepProjects(domain, logger),
      onError: (error) => onError(error, 'the sweep of projects failed'),
    }),
    periodically({
      every_ms: SWEEP_MS,
      run: async () => {
        await domain.passkeyChallenges.sweep();
        await domain.sessions.sweep();
        await domain.signInTickets.sweep();
        await domain.signUps.sweep();
      },
      onError: (error) => onError(error, 'the sweep of sessions failed'),
    }),
    periodically({
      every_ms: SWEEP_TASKS_MS,
      run: async () => {
        const stages = await domain.workflow.tasks.failAbandoned();
        if (stages > 0) logger.warn({ stages }, 'interrupted stages of tasks recorded as failed');
      },
      onError: (error) => onError(error, 'the sweep of interrupted stages failed'),
    }),
    keepRolledUp(usage, ledger, (error) => onError(error, 'the roll-up of the usage history failed')),
  ];
  return {
    startDeliveries: () => {
      outbox.start();
      webhooks.start();
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

/**
 * Ends projects at their end date and warns before it, writes the messages to the ledger and the audit entries that a
 * crash has prevented, and erases the remains of sent mails.
 */
async function sweepProjects(domain: Domain, logger: Logger): Promise<undefined> {
  const { projectExpiry, pendingApplications, outbox } = domain;
  await outbox.eraseSent();
  await pendingApplications.settle();
  await recordLeftTraces(domain);
  const { terminated, warned } = await projectExpiry.sweep();
  if (terminated + warned > 0) logger.info({ terminated, warned }, 'projects ended, or about to end');
}
