import { inspect } from 'node:util';

const LEVELS: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/**
 * A line of the service's log as people read it: time (UTC), level, message, further properties; the stack of an error on
 * lines of its own. Lines that are not JSON stay as they are.
 */
export function readableLine(line: string): string {
  const entry = parsed(line);
  if (entry === undefined) return line;
  const { level, time, msg = '', err, ...rest } = entry;
  const details = Object.entries(rest).map(([name, value]) => `${name}=${shown(value)}`);
  const head = [timeOfDay(time), (LEVELS[Number(level)] ?? '').padEnd(5), msg, ...details];
  return [head.join(' ').trimEnd(), ...stackLines(err)].join('\n');
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const timeOfDay = (time: unknown): string => /T([0-9:.]+)Z$/.exec(String(time))?.[1] ?? String(time);

const shown = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"]+$/.test(value)
    ? value
    : inspect(value, { breakLength: Infinity, depth: 5 });

function stackLines(err: unknown): string[] {
  if (typeof err !== 'object' || err === null) return [];
  const { stack, type, message } = err as Readonly<Record<string, unknown>>;
  return String(stack ?? `${type}: ${message}`)
    .split('\n')
    .map((line) => `    ${line}`);
}
