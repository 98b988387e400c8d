import type { Connection } from '../connection.ts';
import type { Call, CallOptions } from '../http/caller.ts';
import { path } from '../http/path.ts';
import { exactAnswer, requireExact } from './exact-integers.ts';
import type { ListOptions, Page } from './lists.ts';
import { OPERATIONS } from './operation-table.ts';
import type { NativeOperations } from './operations.ts';

type Input = Readonly<Record<string, unknown>>;

/** The methods of the operations, made from their table. */
export function operationsBy(connection: Connection): NativeOperations {
  const methods = Object.entries(OPERATIONS).map(([id, line]) => [id, operation(connection, line)]);
  return Object.fromEntries(methods) as unknown as NativeOperations;
}

function operation(connection: Connection, line: string): (...given: never[]) => unknown {
  const [method, template = '', ...words] = line.split(' ');
  const fixed = template.split(/\{\w+\}/);
  const count = fixed.length - 1;
  const has = (word: string): boolean => words.includes(word);
  /** What is in the path, what else is given, and the options, of the arguments of a call. */
  const split = (given: unknown[]): [(string | number)[], Input, ListOptions | undefined] => {
    const parts = Array.from({ length: count }, (_, index) => given[index] ?? '') as string[];
    const input = has('query') || has('body') ? given[count] : undefined;
    return [parts, (input ?? {}) as Input, given[count + (has('query') || has('body') ? 1 : 0)] as never];
  };
  const send = async (
    parts: readonly (string | number)[],
    input: Input,
    options?: CallOptions,
  ): Promise<unknown> => {
    const { addresses, caller } = connection;
    if (has('body')) requireExact(input);
    const call: Call = {
      method: method as Call['method'],
      base: addresses.native,
      path: path(fixed, ...parts),
      headers: has('open') ? connection.tokenHeader : { authorization: `Bearer ${connection.token}` },
      ...(has('query') && { query: input as NonNullable<Call['query']> }),
      ...(has('body') && { json: has('keyed') ? keyed(input) : input }),
      ...((has('keyed') || has('repeatable')) && { repeatable: true }),
    };
    const { data } = await caller.call(call, options);
    return has('exact') ? exactAnswer(data) : data;
  };
  const once = (...given: unknown[]): Promise<unknown> => send(...split(given));
  if (!has('list')) return once;
  return Object.assign(once, {
    async *all(...given: unknown[]) {
      const [parts, query, { pageSize: limit, ...options } = {}] = split(given);
      let after: string | null | undefined;
      do {
        const page = (await send(parts, { ...query, limit, after }, options)) as Page<unknown>;
        yield* page.items;
        after = page.next;
      } while (after !== null);
    },
  });
}

/** A commission, or each of many, with a key, so that sending it again does nothing again. */
function keyed(input: Input): Input {
  const { commissions } = input;
  if (!Array.isArray(commissions)) return { ...input, key: input['key'] ?? newKey() };
  return { ...input, commissions: commissions.map((one: Input) => keyed(one)) };
}

/** 128 random bits; `crypto.randomUUID` would not do on pages that came without TLS. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
