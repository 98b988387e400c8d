import { setTimeout as pause } from 'node:timers/promises';
import { residentBytes } from '../process-usage.ts';
import type { FactScenario } from '../scenario.ts';

/** Long enough for deferred work of the start and a first garbage collection. */
const IDLE_MS = 3000;
const READY_MS = 600;
const RESIDENT_MB = 120;

const megabytes = (pid: number): number => residentBytes(pid) / 1e6;

/** T10: start time, and memory of an idle service. Bare Fastify shows the share of Node. */
export const start: FactScenario = {
  kind: 'facts',
  name: 'start',
  summary: 'T10: start to ready, first and later, and idle memory; compared with bare Fastify',
  async measure(stage) {
    const directory = stage.directory();
    const database = await stage.database(directory);
    const first = await stage.purser({ directory, database });
    const { adminToken } = first;
    await first.stop();
    const later = await stage.purser({ directory, database, adminToken });
    await pause(IDLE_MS);
    const resident = megabytes(later.pid);
    const asked = performance.now();
    await fetch(`http://127.0.0.1:${later.port}/api/me`);
    const answered_ms = performance.now() - asked;
    await later.stop();
    const bare = await stage.control({ kind: 'fastify' });
    await pause(IDLE_MS);
    return [
      { name: 'first start to ready', value: first.started_ms, unit: 'ms', target: 'T10', below: READY_MS },
      { name: 'later start to ready', value: later.started_ms, unit: 'ms', target: 'T10', below: READY_MS },
      { name: 'resident when idle', value: resident, unit: 'MB', target: 'T10', below: RESIDENT_MB },
      // The deferred work of the start.
      { name: 'first request of the native API', value: answered_ms, unit: 'ms' },
      { name: 'bare Fastify: start to ready', value: bare.started_ms, unit: 'ms' },
      { name: 'bare Fastify: resident when idle', value: megabytes(bare.pid), unit: 'MB' },
    ];
  },
};
