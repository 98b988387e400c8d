import type { LoadReport } from './load-plan.ts';
import type { Machine } from './machine.ts';
import type { FactResult, LoadResult, Target } from './scenario.ts';
import { median } from './statistics.ts';

export type Result = LoadResult | FactResult;

/** Above this share of a core the load process, not the server, may have set the rate. */
const LOAD_SATURATED = 0.95;
/** Above this share of one core, other processes disturbed the measurement. */
const SHARED = 0.1;

const isLoad = (result: Result): result is LoadResult => result.scenario.kind === 'load';

/** The reasons why the rounds of one side are invalid; empty if they are valid. */
export function faultsOf(rounds: LoadReport[]): string[] {
  const faults = new Map<string, { count: number; example: string }>();
  for (const failure of rounds.flatMap((round) => round.failures)) {
    const known = faults.get(failure.kind);
    faults.set(failure.kind, {
      count: (known?.count ?? 0) + failure.count,
      example: known?.example ?? failure.example,
    });
  }
  const texts = [...faults].map(([kind, { count, example }]) => `${kind} × ${count}: ${example.trim()}`);
  const unanswered = rounds.reduce((sum, round) => sum + round.unanswered, 0);
  if (unanswered > 0) texts.push(`${unanswered} due requests had no response: the rate was not reached`);
  if (rounds.some((round) => round.requests === 0)) texts.push('a round without responses');
  const busy = medianOf(rounds, (round) => round.loadCpu_s / round.duration_s);
  if (busy > LOAD_SATURATED) texts.push('the load process was the bottleneck');
  return texts;
}

function medianOf(rounds: LoadReport[], figure: (round: LoadReport) => number): number {
  return median(rounds.map(figure));
}

const FIGURES: Record<Target['figure'], (bound: number) => string> = {
  ratio: (bound) => `ratio ≥ ${bound}`,
  rate: (bound) => `rate ≥ ${bound}`,
  p99_ms: (bound) => `p99 < ${bound} ms`,
  resident_MB: (bound) => `resident < ${bound} MB`,
};

function verdict(target: Target, figures: Record<Target['figure'], number>): string {
  const figure = figures[target.figure];
  const [bound, met] =
    'below' in target ? [target.below, figure < target.below] : [target.atLeast, figure >= target.atLeast];
  return `${target.id}: ${FIGURES[target.figure](bound)}: ${met ? 'met' : 'MISSED'}`;
}

const seconds = (value: number): string => value.toFixed(2);
const milliseconds = (microseconds: number): string => (microseconds / 1000).toFixed(2);

const LOAD_HEAD = [
  'Scenario',
  'Engine',
  'Rate /s',
  'Ratio (lowest–highest)',
  'p50 ms',
  'p99 ms',
  'Server µs/request',
  'Server CPU s/s',
  'Database CPU s/s',
  'Load CPU s/s',
  'Others CPU s/s',
  'RSS MB',
  'Failures',
  'Target',
];

function loadRow(result: LoadResult, label: string, rounds: LoadReport[]): string[] {
  const isControl = label !== result.scenario.name;
  const perSecond = (figure: (round: LoadReport) => number): string =>
    seconds(medianOf(rounds, (round) => figure(round) / round.duration_s));
  const ratio = median(result.ratios);
  const spread = result.ratios.length
    ? `${ratio.toFixed(3)} (${Math.min(...result.ratios).toFixed(3)}–${Math.max(...result.ratios).toFixed(3)})`
    : '';
  const { target, perRequest = { count: 1, unit: '' } } = result.scenario;
  const rate = medianOf(rounds, (round) => round.rate) * perRequest.count;
  const p99_ms = medianOf(rounds, (round) => round.p99_us) / 1000;
  const resident_MB = medianOf(rounds, (round) => round.serverResident_bytes) / 1e6;
  const valid = result.sides.every((side) => faultsOf(side.rounds).length === 0);
  const judged = target && (target.engine ?? result.engine) === result.engine;
  const outcome = judged ? verdict(target, { ratio, rate, p99_ms, resident_MB }) : '';
  return [
    isControl ? `— control: ${label}` : label,
    result.engine,
    `${rate.toFixed(0)} ${perRequest.unit}`.trim(),
    isControl ? '1' : spread,
    milliseconds(medianOf(rounds, (round) => round.p50_us)),
    p99_ms.toFixed(2),
    medianOf(rounds, (round) => (round.serverCpu_s / round.requests) * 1e6).toFixed(1),
    perSecond((round) => round.serverCpu_s),
    perSecond((round) => round.databaseCpu_s),
    perSecond((round) => round.loadCpu_s),
    perSecond((round) => round.othersCpu_s),
    resident_MB.toFixed(0),
    faultsOf(rounds).length === 0 ? '0' : 'INVALID',
    isControl ? '' : valid ? outcome : 'INVALID',
  ];
}

/** A Markdown table with aligned columns. */
function table(head: string[], rows: string[][]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function factRows({ scenario, engine, facts }: FactResult): string[][] {
  return facts.map(({ name, value, unit, target, below }) => [
    scenario.name,
    engine,
    name,
    `${value.toFixed((unit === 'ms' || unit === '×') && value < 10 ? 2 : 0)} ${unit}`,
    below === undefined ? '' : `${target}: < ${below} ${unit}: ${value < below ? 'met' : 'MISSED'}`,
  ]);
}

function notes(results: Result[]): string[] {
  return results.filter(isLoad).flatMap((result) =>
    result.sides.flatMap(({ label, rounds }) => {
      const where = `${result.scenario.name} (${result.engine}), ${label}`;
      const texts = faultsOf(rounds).map((fault) => `INVALID ${where}: ${fault}`);
      const others = medianOf(rounds, (round) => round.othersCpu_s / round.duration_s);
      if (others > SHARED) {
        texts.push(`${where}: other processes used ${others.toFixed(2)} cores`);
      }
      return texts;
    }),
  );
}

/** True if no request failed and the load generator did not limit any rate. */
export function isValid(result: Result): boolean {
  return !isLoad(result) || result.sides.every((side) => faultsOf(side.rounds).length === 0);
}

/** The sections of the report, as Markdown. */
export function renderReport(machine: Machine, results: Result[], settings: string): string {
  const loads = results.filter(isLoad);
  const facts = results.filter((result): result is FactResult => !isLoad(result));
  const sections = [
    table(
      ['Machine', ''],
      [
        ...Object.entries({ ...machine, fdatasync_ms: machine.fdatasync_ms.toFixed(3) }).map(
          ([name, value]) => [name, String(value)],
        ),
        ['settings', settings],
      ],
    ),
  ];
  const loadRows = loads.flatMap((result) =>
    result.sides.map(({ label, rounds }) => loadRow(result, label, rounds)),
  );
  if (loadRows.length > 0) sections.push(table(LOAD_HEAD, loadRows));
  if (facts.length > 0) {
    sections.push(table(['Scenario', 'Engine', 'Figure', 'Median', 'Target'], facts.flatMap(factRows)));
  }
  const remarks = notes(results);
  if (remarks.length > 0) sections.push(remarks.map((text) => `- ${text}`).join('\n'));
  return sections.join('\n\n');
}

/** All results including each round, as JSON. */
export function renderJson(machine: Machine, results: Result[], settings: string): string {
  const plain = results.map((result) => ({
    ...result,
    scenario: { name: result.scenario.name, summary: result.scenario.summary },
  }));
  return `${JSON.stringify({ machine, settings, results: plain }, undefined, 2)}\n`;
}
