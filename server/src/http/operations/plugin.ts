import type { FastifyPluginAsync } from 'fastify';
import type { Registry } from 'prom-client';
import { REQUIREMENTS } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { once } from '../../lib/flow/once.ts';
import { DatabaseUnavailable } from '../../storage/outages/availability.ts';
import type { Storage } from '../../storage/storage.ts';
import { mayReadNumbers } from '../kernel/metrics-access.ts';

/** Liveness, readiness and metrics: `/health/live`, `/health/ready`, `/metrics`. */
export function operations(domain: Domain): FastifyPluginAsync {
  return async (app) => {
    const metrics = once(() => metricsOf(domain));
    const open = { config: { requires: REQUIREMENTS.public } };
    app.get('/health/live', open, async () => ({ status: 'ok' }));
    app.get('/health/ready', open, async (_request, reply) => {
      const reason = await unreadiness(domain.storage);
      if (reason === undefined) return { status: 'ok' };
      return reply.code(503).header('retry-after', '1').send({ status: 'unavailable', reason });
    });
    app.get('/metrics', open, async (request, reply) => {
      if (!mayReadNumbers(request, domain.settings)) {
        return reply.code(401).header('www-authenticate', 'Bearer realm="metrics"').send({
          status: 'unauthorized',
          reason: 'Metrics require the token of the setting metrics_token.',
        });
      }
      const registry = await metrics();
      reply.header('content-type', registry.contentType);
      return registry.metrics();
    });
  };
}

/** Why requests cannot be served; undefined if they can. The log has the details, once per outage. */
async function unreadiness({ availability, ping }: Storage): Promise<string | undefined> {
  const outage = await availability.check();
  if (outage) return new DatabaseUnavailable(outage).message;
  try {
    await ping();
    return undefined;
  } catch (error) {
    return error instanceof PurserError ? error.message : 'The database does not answer.';
  }
}

/**
 * Created at the first request for metrics. Values are read on each request; the modules count them anyway. Default
 * metrics of the process, such as event loop delay and garbage collections, are collected from then on.
 */
async function metricsOf({ ledger, usage, outbox, passwords, loginThrottle }: Domain): Promise<Registry> {
  const { collectDefaultMetrics, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  gauge('purser_ledger_batches', 'Ledger transactions since the start.', () => ledger.load.batches);
  gauge('purser_ledger_jobs', 'Ledger requests decided since the start.', () => ledger.load.jobs);
  gauge('purser_ledger_queue', 'Ledger requests waiting.', () => ledger.load.queued);
  gauge(
    'purser_ledger_invariants_broken',
    'Ledger requests and roll-ups that a broken invariant made fail since the start.',
    () => ledger.load.broken + usage.broken,
  );
  gauge('purser_password_hashes', 'Password hashes computed since the start.', () => passwords.load.hashes);
  gauge('purser_password_queue', 'Password hashes waiting.', () => passwords.load.queued);
  new Gauge({
    name: 'purser_logins_refused',
    help: 'Logins refused since the start: with a wrong secret, or throttled after earlier ones.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      const { wrong, throttled } = loginThrottle.refused;
      this.set({ reason: 'wrong' }, wrong);
      this.set({ reason: 'throttled' }, throttled);
    },
  });
  new Gauge({
    name: 'purser_mails',
    help: 'Mails that wait to be sent, and mails that were given up.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      // While the database does not answer, the other metrics are needed even more.
      const counts = await outbox.counts().catch(() => ({}));
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  return registry;
}
