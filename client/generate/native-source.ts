import type { ApiDocument, Operation, Parameter, Schema } from './described-api.ts';
import { comment, type ExactShape, TypeTexts } from './type-texts.ts';

/** Files of source, by their names. */
export type Sources = Readonly<Record<'schemas.ts' | 'operations.ts' | 'operation-table.ts', string>>;

/** Idempotent operations whose HTTP method is not idempotent. */
const REPEATABLE = ['acceptCommission', 'rejectCommission', 'resolveCommissions'];
/** Operations that are idempotent by a `key`, which the client generates. */
const KEYED = ['issueCommission', 'issueCommissions'];
/** Parameters that choose the format of the response; the typed client uses JSON only. */
const FORMATS = ['format'];

const ERRORS: Readonly<Record<string, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
};

const HEAD = '// Generated from the description of the native API by `npm run docs`. Do not edit.\n\n';

interface Described {
  readonly id: string;
  readonly method: string;
  /** Below `/api`. */
  readonly path: string;
  readonly operation: Operation;
  readonly parts: readonly Parameter[];
  readonly query: Schema | undefined;
  readonly body: Schema | undefined;
  /** Schema of the response; undefined if it has no body. */
  readonly answer: Schema | undefined;
  /** Schema of the items of a paged list. */
  readonly item: Schema | undefined;
}

/**
 * The source of the native client: the types of requests and responses, an interface with a method for each operation,
 * and the table that the methods are created from.
 * @throws Error if the description has a construct that the client does not support
 */
export function nativeSource(document: ApiDocument): Sources {
  const all = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => described(method, path, operation)),
    );
  for (const id of [...REPEATABLE, ...KEYED]) {
    if (!all.some((one) => one.id === id)) throw new Error(`The API description has no operation '${id}'.`);
  }
  const answers = all.flatMap(({ answer }) => answer ?? []);
  const requests = all.flatMap(({ query, body }) => query ?? body ?? []);
  const texts = new TypeTexts(document, { answer: answers, request: requests });
  return {
    'schemas.ts': schemas(all, texts),
    'operations.ts': operations(all, texts),
    'operation-table.ts': table(all, texts),
  };
}

function described(method: string, path: string, operation: Operation): Described {
  const { operationId: id, parameters = [], requestBody, responses } = operation;
  const parts = (path.match(/\{\w+\}/g) ?? []).map((name) => {
    const part = parameters.find((one) => one.in === 'path' && `{${one.name}}` === name);
    if (part === undefined) throw new Error(`${id} does not describe ${name}.`);
    return part;
  });
  const inQuery = parameters.filter((one) => one.in === 'query' && !FORMATS.includes(one.name));
  const query = inQuery.length > 0 ? objectOf(inQuery) : undefined;
  const body = requestBody?.content['application/json']?.schema;
  if (query && body) throw new Error(`${id} has a query and a body; a method supports only one of them.`);
  const answer = answerOf(id, responses);
  const { items, next } = answer?.properties ?? {};
  const item = items && next && query?.properties?.['after'] ? items.items : undefined;
  const own = path.slice('/api'.length);
  return { id, method: method.toUpperCase(), path: own, operation, parts, query, body, answer, item };
}

function objectOf(parameters: readonly Parameter[]): Schema {
  return {
    type: 'object',
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(
      parameters.map(({ name, schema, description = '' }) => [name, { ...schema, description }]),
    ),
  };
}

/** The schema of a successful response; identical schemas count once. */
function answerOf(id: string, responses: Operation['responses']): Schema | undefined {
  const schemas = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => content?.['application/json']?.schema)
    .map((schema) => (schema?.type === 'null' ? undefined : schema));
  if (new Set(schemas.map((schema) => JSON.stringify(schema))).size !== 1) {
    throw new Error(`${id} has several response schemas.`);
  }
  return schemas[0];
}

const pascal = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);

function schemas(all: readonly Described[], texts: TypeTexts): string {
  const inputs = all.flatMap(({ id, method, path, query, body }) => {
    const about = `\`${method} /api${path}\``;
    if (query) {
      return [
        texts.declaration(`${pascal(id)}Query`, { ...query, description: `Query of ${about}.` }, 'request'),
      ];
    }
    if (!body || body.$ref !== undefined) return [];
    const description = [`Body of ${about}.`, body.description].filter(Boolean).join(' ');
    return [texts.declaration(`${pascal(id)}Body`, { ...body, description }, 'request')];
  });
  return HEAD + [...texts.declarations(), ...inputs].join('\n\n');
}

function operations(all: readonly Described[], texts: TypeTexts): string {
  const members = all.map((one) => methodComment(one) + member(one, texts));
  const used = new Set(members.join('\n').match(/\b[A-Z]\w+/g));
  const names = [...schemas(all, texts).matchAll(/^export (?:interface|type) (\w+)/gm)]
    .flatMap(([, name = '']) => (used.has(name) ? [name] : []))
    .sort();
  const interfaceComment = comment([
    'A method for each operation of the native API. Parameters: those of the path, in their order; then the query ' +
      'or the body, if there is one; then the options of the call. Names in queries, bodies and responses are those of ' +
      'the API.',
    '',
    'Besides the named errors, each method can throw `BadValue`, `ConnectionError`, `InvalidResponse` and `Unavailable`.',
  ]);
  return [
    `${HEAD}import type { CallOptions } from '../http/call.ts';`,
    "import type { List, Page } from './lists.ts';",
    `import type { ${names.join(', ')} } from './schemas.ts';`,
    '',
    `${interfaceComment}export interface NativeOperations {\n${members.join('\n\n')}\n}`,
  ].join('\n');
}

function methodComment({ id, operation, method, path, parts, query, body, item }: Described): string {
  const { summary, description = '', responses } = operation;
  const errors = Object.entries(responses).flatMap(([status, { description: text }]) => {
    // In other operations, 413 means that the body is too large.
    if (status === '413' && /holding/.test(text)) return ['QuotaLimit'];
    return ERRORS[status] ?? [];
  });
  const lines = [
    `${summary}. ${description}`.trim(),
    `Sends \`${method} /api${path}\`${item ? ', which returns one page; `all` reads all pages' : ''}.`,
    ...(KEYED.includes(id)
      ? ['The client generates a missing `key`, so a retry after a lost response has no second effect.']
      : []),
    ...parts.map((part) => `@param ${part.name} ${part.description ?? ''}`.trim()),
    ...(query && !item ? ['@param query Query parameters.'] : []),
    ...(body ? ['@param body The body of the request.'] : []),
    ...(errors.length > 0 ? [`@throws ${errors.join(', ')}`] : []),
  ];
  return comment(lines);
}

function member(one: Described, texts: TypeTexts): string {
  const { id, parts, query, body, answer, item } = one;
  const path = parts.map(({ name, schema }) => `${name}: ${texts.text(schema, 'request')}`);
  if (item) {
    return `readonly ${id}: List<[${path.join(', ')}], ${pascal(id)}Query, ${texts.text(item, 'answer')}>;`;
  }
  const given = query ?? body;
  const type = body?.$ref ? texts.text(body, 'request') : `${pascal(id)}${query ? 'Query' : 'Body'}`;
  const needed = given && isNeeded(given) ? '' : '?';
  const input = given ? [`${query ? 'query' : 'body'}${needed}: ${type}`] : [];
  const result = answer ? answerText(answer, texts) : 'void';
  return `${id}(${[...path, ...input, 'options?: CallOptions'].join(', ')}): Promise<${result}>;`;
}

/** Whether a value is required. */
const isNeeded = ({ $ref, required = [], minProperties = 0, properties }: Schema): boolean =>
  $ref !== undefined || required.length > 0 || minProperties > 0 || !properties;

function answerText(answer: Schema, texts: TypeTexts): string {
  const { items, next } = answer.properties ?? {};
  return items?.items && next ? `Page<${texts.text(items.items, 'answer')}>` : texts.text(answer, 'answer');
}

function table(all: readonly Described[], texts: TypeTexts): string {
  const lines = all.map(
    (one) => `${one.id}: '${[one.method, patternOf(one), ...wordsOf(one, texts)].join(' ')}',`,
  );
  const shapes = [
    ...texts.namedShapes(),
    ...all.flatMap((one) => {
      const shape = ownShape(one, texts);
      return typeof shape === 'object' || shape === 1 ? [[one.id, shape] as const] : [];
    }),
  ];
  return [
    `${HEAD}/**`,
    ' * Each operation: its method, its path below `/api` with `*` for each parameter, and flags.',
    ' *',
    ' * `query`: it has a query. `list`: it has a query and returns pages. `bare`: it has no body, unlike other POST, PUT',
    ' * and PATCH. `open`: it needs no token. `repeatable`: it is idempotent. `keyed`: it is idempotent, because the client',
    ' * sends a key. `=Name`: its response, or each item of its list, has this entry of `EXACT_SHAPES`.',
    ' */',
    `export const OPERATIONS = {\n${lines.join('\n')}\n} as const;`,
    '',
    '/**',
    ' * Positions of 64-bit integers (`format: int64` in the description) in responses and their schemas: `1` is such an',
    ' * integer, a string names another entry, `*` means every property. Items of an array have the shape of the array.',
    ' */',
    `export const EXACT_SHAPES = ${JSON.stringify(Object.fromEntries(shapes))} as const;`,
  ].join('\n');
}

const patternOf = ({ path }: Described): string => path.replaceAll(/\{\w+\}/g, '*');

/** Positions of 64-bit integers in the response of an operation, or in each item of its list. */
const ownShape = ({ item, answer }: Described, texts: TypeTexts): ExactShape | undefined =>
  answer && texts.exactShape(item ?? answer);

function wordsOf(one: Described, texts: TypeTexts): string[] {
  const { id, method, operation, query, body, item } = one;
  const shape = ownShape(one, texts);
  const writes = method !== 'GET' && method !== 'DELETE';
  if (body && !writes)
    throw new Error(`${id} has a body with the method ${method}, which the client does not support.`);
  return [
    ...(query && !item ? ['query'] : []),
    ...(writes && !query && !body ? ['bare'] : []),
    ...(item ? ['list'] : []),
    ...(operation.security.length === 0 ? ['open'] : []),
    ...(REPEATABLE.includes(id) ? ['repeatable'] : []),
    ...(KEYED.includes(id) ? ['keyed'] : []),
    ...(shape === undefined ? [] : [`=${typeof shape === 'string' ? shape : id}`]),
  ];
}
