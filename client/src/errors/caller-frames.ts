import { PurserError } from './errors.ts';

/**
 * An error of a request that several callers share, for the one who waits here: the same facts, and the stack of that
 * caller. The stack of the shared error ends where the request was sent for all of them.
 */
export function forCaller(error: unknown): unknown {
  if (!(error instanceof PurserError)) return error;
  const { message, cause, stack = '' } = error;
  const own = new Error(message, cause === undefined ? undefined : { cause });
  const frames = (own.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const [head = message] = stack.split('\n    at ');
  Object.assign(Object.setPrototypeOf(own, Object.getPrototypeOf(error)), error);
  own.stack = [head, ...frames].join('\n');
  return own;
}
