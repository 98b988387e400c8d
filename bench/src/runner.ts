import type { LoadReport, Workload } from './load-plan.ts';
import { runLoad } from './load-process.ts';
import type { Fact, FactResult, FactScenario, LoadResult, LoadScenario, Scenario } from './scenario.ts';
import type { RunningServer } from './server-process.ts';
import { type Engine, Stage } from './stage.ts';
import { median } from './statistics.ts';

export interface RunOptions {
  rounds: number;
  seconds: number;
  warmup_s: number;
  connections: number;
  profileDirectory: string | undefined;
  progress(line: string): void;
}

function load(server: RunningServer, workload: Workload, options: RunOptions): Promise<LoadReport> {
  return runLoad({
    ...workload,
    port: server.port,
    serverPid: server.pid,
    ...(server.databasePid === undefined ? {} : { databasePid: server.databasePid }),
    connections: options.connections,
    warmup_s: options.warmup_s,
    duration_s: options.seconds,
  });
}

function withRate(workload: Workload, rate: number | undefined): Workload {
  return rate === undefined ? workload : { ...workload, rate };
}

async function runLoadScenario(
  scenario: LoadScenario,
  stage: Stage,
  options: RunOptions,
): Promise<LoadResult> {
  const prepared = await scenario.prepare(stage);
  const workload = scenario.requests(prepared);
  const { control } = scenario;
  const controlServer = await control?.start(stage, prepared);
  const controlWorkload = control?.requests?.(prepared) ?? workload;
  const controlRounds: LoadReport[] = [];
  const rounds: LoadReport[] = [];
  const ratios: number[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    const before = controlServer && (await load(controlServer, controlWorkload, options));
    const rate = before && scenario.rate?.(before);
    const report = await load(prepared.server, withRate(workload, rate), options);
    rounds.push(report);
    if (before) {
      controlRounds.push(before);
      ratios.push(report.rate / before.rate);
    }
    options.progress(
      `${scenario.name}, ${stage.engine}, round ${round}: ${report.rate.toFixed(0)} requests/s` +
        (before ? `, control ${before.rate.toFixed(0)}/s` : ''),
    );
  }
  const sides = [{ label: scenario.name, rounds }];
  if (control) sides.unshift({ label: control.label, rounds: controlRounds });
  return { scenario, engine: scenario.engineless ? '-' : stage.engine, sides, ratios };
}

function medianFacts(rounds: Fact[][]): Fact[] {
  return (rounds[0] ?? []).map((fact, index) => ({
    ...fact,
    value: median(rounds.map((round) => round[index]?.value ?? Number.NaN)),
  }));
}

async function runFactScenario(
  scenario: FactScenario,
  engine: Engine,
  options: RunOptions,
): Promise<FactResult> {
  const rounds: Fact[][] = [];
  for (let round = 1; round <= options.rounds; round++) {
    rounds.push(await onStage(engine, options, (stage) => scenario.measure(stage)));
    options.progress(`${scenario.name}, ${engine}, round ${round}`);
  }
  return { scenario, engine, facts: medianFacts(rounds) };
}

let current: Stage | undefined;

/** Stops and removes everything that the running scenario has started; for an interrupted run. */
export async function abandon(): Promise<void> {
  await current?.dispose();
}

async function onStage<T>(
  engine: Engine,
  options: RunOptions,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const stage = new Stage(engine, options.profileDirectory);
  current = stage;
  try {
    return await work(stage);
  } finally {
    await stage.dispose();
  }
}

/** Runs one scenario on one engine, alternating control and scenario; each round follows a warm-up. */
export function runScenario(
  scenario: Scenario,
  engine: Engine,
  options: RunOptions,
): Promise<LoadResult | FactResult> {
  return scenario.kind === 'facts'
    ? runFactScenario(scenario, engine, options)
    : onStage(engine, options, (stage) => runLoadScenario(scenario, stage, options));
}
