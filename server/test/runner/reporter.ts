import { inspect } from 'node:util';
import type { TestEvent } from './test-events.ts';

/** An event of `node:test`, as far as it is read here. */
export interface Event {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly nesting: number;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly details: {
      readonly type?: string;
      readonly duration_ms: number;
      readonly error?: Error & { readonly failureType?: string };
    };
  };
}

/** The reporter of a worker (`--test-reporter`): it sends events to the pool and writes nothing. */
export default async function* report(events: AsyncIterable<Event>): AsyncGenerator<string> {
  const names: string[] = [];
  for await (const { type, data } of events) {
    if (type === 'test:start') {
      names.length = data.nesting;
      names.push(data.name);
      send({ kind: 'started' });
    } else if (type === 'test:pass' || type === 'test:fail') {
      const around = names.slice(1, data.nesting);
      const event = outcome(data, data.nesting === 0 ? [] : [...around, data.name]);
      if (event !== undefined) send(event);
      if (data.nesting === 0) finish();
    }
  }
  yield '';
}

/** The event that stands for the end of a test; undefined for a suite that adds nothing to what its tests say. */
export function outcome(
  { details, skip, todo }: Event['data'],
  names: readonly string[],
): TestEvent | undefined {
  const { type, duration_ms, error } = details;
  const isSkipped = (skip ?? todo) !== undefined;
  if (error === undefined || isSkipped) {
    if (type === 'suite') return undefined;
    return isSkipped ? { kind: 'skipped', names } : { kind: 'passed', names, duration_ms };
  }
  // A suite also fails by its own hooks and by its body.
  if (type === 'suite' && error.failureType === 'subtestsFailed') return undefined;
  const cause = error.cause instanceof Error ? error.cause : (error.cause ?? error);
  return { kind: 'failed', names, duration_ms, error: typeof cause === 'string' ? cause : inspect(cause) };
}

/** Ends a file. An error after the end of the test that caused it shows in the exit code alone. */
function finish(): void {
  if (process.exitCode !== undefined) {
    process.exitCode = undefined;
    send({
      kind: 'failed',
      names: [],
      duration_ms: 0,
      error: 'An error after the end of the test that caused it.',
    });
  }
  send({ kind: 'finished' });
}

function send(event: TestEvent): void {
  process.send?.(event);
}
