import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { isValid, type Result, renderJson, renderReport } from './report.ts';
import { abandon, type RunOptions, runScenario } from './runner.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';
import type { Engine } from './stage.ts';

const USAGE = `npm run bench -- [scenario…] [options]

  --engine sqlite|postgres|both   storage under Purser (sqlite)
  --rounds N                      rounds of control and scenario in turn (5)
  --seconds S                     measured seconds of each (5)
  --warmup S                      seconds before that (2)
  --connections N                 connections, each with one request under way (64)
  --json FILE                     all figures of all rounds
  --markdown FILE                 the tables, as in RESULTS.md
  --cpu-prof DIR                  CPU profiles of Purser; slows it down, so no figures for the record

Scenarios (all, unless named):
${SCENARIOS.map(({ name, summary }) => `  ${name.padEnd(30)}  ${summary}`).join('\n')}
`;

const CHOICES: Record<string, Engine[]> = {
  sqlite: ['sqlite'],
  postgres: ['postgres'],
  both: ['sqlite', 'postgres'],
};

function refuse(message: string): never {
  process.stderr.write(`${message}\n\n${USAGE}`);
  process.exit(2);
}

function positive(name: string, value: string, least = 1): number {
  const number = Number(value);
  return Number.isFinite(number) && number >= least
    ? number
    : refuse(`--${name} must be a number of at least ${least}.`);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        engine: { type: 'string', default: 'sqlite' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '5' },
        warmup: { type: 'string', default: '2' },
        connections: { type: 'string', default: '64' },
        json: { type: 'string' },
        markdown: { type: 'string' },
        'cpu-prof': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function chosen(names: string[]): Scenario[] {
  const known = new Map(SCENARIOS.map((scenario) => [scenario.name, scenario]));
  return names.length === 0
    ? SCENARIOS
    : names.map((name) => known.get(name) ?? refuse(`Unknown scenario: ${name}.`));
}

const progress = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function run(scenarios: Scenario[], engines: Engine[], options: RunOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const scenario of scenarios) {
    const once = scenario.kind === 'load' && scenario.engineless === true;
    const only = scenario.kind === 'load' ? scenario.onlyEngine : undefined;
    for (const engine of only ? [only] : once ? engines.slice(0, 1) : engines) {
      try {
        results.push(await runScenario(scenario, engine, options));
      } catch (error) {
        // The results of the other scenarios are valid; the exit code shows that one is missing.
        progress(`FAILED ${scenario.name}, ${engine}: ${(error as Error).message}`);
        process.exitCode = 1;
      }
    }
  }
  return results;
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const scenarios = chosen(positionals);
  const engines = CHOICES[values.engine] ?? refuse('--engine must be sqlite, postgres or both.');
  const options: RunOptions = {
    rounds: Math.trunc(positive('rounds', values.rounds)),
    seconds: positive('seconds', values.seconds),
    warmup_s: positive('warmup', values.warmup, 0),
    connections: Math.trunc(positive('connections', values.connections)),
    profileDirectory: values['cpu-prof'] && resolve(values['cpu-prof']),
    progress,
  };
  const machine = describeMachine();
  const results = await run(scenarios, engines, options);
  const settings = `median of ${options.rounds} rounds of ${options.seconds} s after ${options.warmup_s} s of warm-up, ${options.connections} connections`;
  const report = renderReport(machine, results, settings);
  process.stdout.write(`${report}\n`);
  if (values.markdown)
    writeFileSync(values.markdown, `# Results\n\nWhat the columns mean: README.md.\n\n${report}\n`);
  if (values.json) writeFileSync(values.json, renderJson(machine, results, settings));
  if (!results.every(isValid)) process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await abandon();
    process.exit(130);
  });
}

await main();
