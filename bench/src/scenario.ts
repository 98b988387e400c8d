import type { LoadReport, Workload } from './load-plan.ts';
import type { RunningServer } from './server-process.ts';
import type { Engine, Stage } from './stage.ts';

/** The target of a scenario, and the figure that it applies to. */
export type Target = {
  id: string;
  /** The only engine that the target applies to; figures of the other one are shown without a verdict. */
  engine?: Engine;
} & ({ figure: 'ratio' | 'rate'; atLeast: number } | { figure: 'p99_ms' | 'resident_MB'; below: number });

/** The result of `prepare`: the server under test, and the data of the scenario's requests. */
export interface Prepared {
  server: RunningServer;
}

/** The control of a scenario. */
export interface Control<P extends Prepared> {
  label: string;
  /** The control server; it can be the server under test. */
  start(stage: Stage, prepared: P): Promise<RunningServer>;
  /** The requests; default: those of the scenario. */
  requests?(prepared: P): Workload;
}

/** A rate or latency under load, measured alternately with a control in the same run. */
export interface LoadScenario<P extends Prepared = Prepared> {
  kind: 'load';
  name: string;
  summary: string;
  target?: Target;
  /** It does not depend on the engine and runs once. */
  engineless?: true;
  /** It always runs on this engine only. */
  onlyEngine?: Engine;
  /** Unit of the rate if it is not requests, and the number of units in a request. */
  perRequest?: { count: number; unit: string };
  control?: Control<P>;
  /** Starts and fills the server under test. */
  prepare(stage: Stage): Promise<P>;
  requests(prepared: P): Workload;
  /** Fixed rate in requests per second, computed from the rate of the control in the same round. */
  rate?(control: LoadReport): number;
}

export interface Fact {
  name: string;
  value: number;
  unit: 'ms' | 'MB' | 'rows' | 'statements' | '/s' | 'µs' | '×';
  /** Target and bound, if there is one. */
  target?: string;
  below?: number;
}

/** A scenario with its own measurement, once per round; all rounds have the same figures in the same order. */
export interface FactScenario {
  kind: 'facts';
  name: string;
  summary: string;
  measure(stage: Stage): Promise<Fact[]>;
}

export type Scenario = LoadScenario | FactScenario;

export interface LoadResult {
  scenario: LoadScenario;
  engine: Engine | '-';
  sides: { label: string; rounds: LoadReport[] }[];
  /** Scenario over control, per round. */
  ratios: number[];
}

export interface FactResult {
  scenario: FactScenario;
  engine: Engine;
  facts: Fact[];
}
