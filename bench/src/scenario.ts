import type { LoadReport, Workload } from './load-plan.ts';
import type { RunningServer } from './server-process.ts';
import type { Engine, Stage } from './stage.ts';

/** What a scenario has to reach, and how that is read from its results. */
export type Target = {
  id: string;
  /** Where the target holds for one engine only; figures of the other are shown without a verdict. */
  engine?: Engine;
} & ({ figure: 'ratio' | 'rate'; atLeast: number } | { figure: 'p99_ms' | 'resident_MB'; below: number });

/** What `prepare` leaves behind: the server under test, and whatever else the scenario's requests are made of. */
export interface Prepared {
  server: RunningServer;
}

/** What a scenario is compared with. */
export interface Control<P extends Prepared> {
  label: string;
  /** The server that answers; it may be the one under test. */
  start(stage: Stage, prepared: P): Promise<RunningServer>;
  /** What is sent to it; the scenario's own requests unless given. */
  requests?(prepared: P): Workload;
}

/** A rate or latency under load, measured in turn with a control in the same run. */
export interface LoadScenario<P extends Prepared = Prepared> {
  kind: 'load';
  name: string;
  summary: string;
  target?: Target;
  /** Engines make no difference to it: it runs once. */
  engineless?: true;
  /** It is about this engine and runs on it, whichever engine was asked for. */
  onlyEngine?: Engine;
  /** What a request is made of; the rate is then shown in these. */
  perRequest?: { count: number; unit: string };
  control?: Control<P>;
  /** Starts and fills the server under test. */
  prepare(stage: Stage): Promise<P>;
  requests(prepared: P): Workload;
  /** For a fixed rate: requests per second, from what the control of the same round reached. */
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

/** Something that is measured once per round in its own way; the facts of a round keep their names and order. */
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
