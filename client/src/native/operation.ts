import type { Connection } from '../connection.ts';
import type { Call, CallOptions } from '../http/call.ts';
import { newIdempotencyKey } from '../http/idempotency-key.ts';
import { path } from '../http/path.ts';
import { exactlyShaped, requireExact } from './exact-integers.ts';
import type { ListOptions, Page } from './lists.ts';
import { OPERATIONS } from './operation-table.ts';

type Input = Readonly<Record<string, unknown>>;

/** A class whose objects have all operations as methods, each made when it is first asked for: few use many. */
export class Operations {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }
}

for (const [id, line] of Object.entries(OPERATIONS)) {
  Object.defineProperty(Operations.prototype, id, {
    configurable: true,
    get(this: Operations) {
      const value = operation(this.connection, line);
      Object.defineProperty(this, id, { value, configurable: true, writable: true });
      return value;
    },
  });
}

function operation(connection: Connection, line: string): (...given: never[]) => unknown {
  const [method, template = '', ...words] = line.split(' ');
  const fixed = template.split('*');
  const count = fixed.length - 1;
  const has = (word: string): boolean => words.includes(word);
  const shape = /=(\w+)/.exec(line)?.[1];
  const asks = has('query') || has('list');
  const writes = !(asks || has('bare') || method === 'GET' || method === 'DELETE');
  const takesInput = asks || writes;
  /** What is in the path, what else is given, and the options, of the arguments of a call. */
  const split = (given: unknown[]): [(string | number)[], Input, ListOptions | undefined] => {
    const parts = fixed.slice(1).map((_, index) => given[index] ?? '') as string[];
    const input = ((takesInput ? given[count] : undefined) ?? {}) as Input;
    return [parts, input, given[takesInput ? count + 1 : count] as ListOptions | undefined];
  };
  const send = async (
    parts: readonly (string | number)[],
    input: Input,
    options?: CallOptions,
  ): Promise<unknown> => {
    const { addresses, caller } = connection;
    if (writes) requireExact(input);
    const call: Call = {
      method: method as Call['method'],
      base: addresses.native,
      path: path(fixed, ...parts),
      headers: has('open') ? connection.tokenHeader : { authorization: `Bearer ${connection.token}` },
      ...(asks && { query: input as NonNullable<Call['query']> }),
      ...(has('list') && { list: 'items' }),
      ...(writes && { json: has('keyed') ? keyed(input) : input }),
      ...((has('keyed') || has('repeatable')) && { repeatable: true }),
    };
    const { data } = await caller.call(call, options);
    return exactlyShaped(data, has('list') && shape ? { items: shape } : shape);
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
      } while (after);
    },
  });
}

/** A commission, or each of many, with a key, so that sending it again does nothing again. */
function keyed(input: Input): Input {
  const { commissions } = input;
  if (!Array.isArray(commissions)) return { ...input, key: input['key'] ?? newIdempotencyKey() };
  return { ...input, commissions: commissions.map((one: Input) => keyed(one)) };
}
