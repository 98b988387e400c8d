import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadPlan, LoadReport } from './load-plan.ts';

const LOAD = fileURLToPath(new URL('./load.ts', import.meta.url));

/**
 * Runs one plan in a new load process, so that all rounds start alike. Rejects if the process ends without a report.
 */
export function runLoad(plan: LoadPlan): Promise<LoadReport> {
  const child = fork(LOAD, [], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const killed = (): boolean => child.kill('SIGKILL');
  process.once('exit', killed);
  return new Promise<LoadReport>((resolve, reject) => {
    child.once('message', (report) => resolve(report as LoadReport));
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`The load process ended (${signal ?? code}).`)));
    child.send(plan);
  }).finally(() => process.off('exit', killed));
}
