import { PurserError } from './errors.ts';

/**
 * Copies an error of a request that several callers share for one of them: the same properties, and the stack of that
 * caller. The stack of the shared error ends where the shared request was sent.
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
