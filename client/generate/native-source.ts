import type { ApiDocument, Operation, Parameter, Schema } from './described-api.ts';
import { comment, type ExactShape, TypeTexts } from './type-texts.ts';

/** Files of source, by their names. */
export type Sources = Readonly<Record<'schemas.ts' | 'operations.ts' | 'operation-table.ts', string>>;

/** Done twice, these do no more than once, although their methods do not promise it. */
const REPEATABLE = ['acceptCommission', 'rejectCommission', 'resolveCommissions'];
/** What these do is done once per `key`, and the client makes one up. */
const KEYED = ['issueCommission', 'issueCommissions'];
/** Parameters that say in which format to answer; the typed client asks for JSON. */
const FORMATS = ['format'];

const ERRORS: Readonly<Record<string, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
};

const HEAD = '// Made from the description of the native API by `npm run docs`. Changes belong there.\n\n';

interface Described {
  readonly id: string;
  readonly method: string;
  /** Below `/api`. */
  readonly path: string;
  readonly operation: Operation;
  readonly parts: readonly Parameter[];
  readonly query: Schema | undefined;
  readonly body: Schema | undefined;
  /** Undefined where the answer has no body. */
  readonly answer: Schema | undefined;
  /** What a list has, where it comes in pages. */
  readonly item: Schema | undefined;
}

/**
 * The source of the native client: the types of what goes over the wire, an interface with a method per operation, and
 * the table from which the methods are made.
 * @throws Error if the description has something that the client has no form for
 */
export function nativeSource(document: ApiDocument): Sources {
  const all = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => described(method, path, operation)),
    );
  for (const id of [...REPEATABLE, ...KEYED]) {
    if (!all.some((one) => one.id === id)) throw new Error(`The description has no operation '${id}'.`);
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
  if (query && body) throw new Error(`${id} takes a query and a body; its method has one place for both.`);
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

/** The schema of a success; several that are the same are one. */
function answerOf(id: string, responses: Operation['responses']): Schema | undefined {
  const schemas = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => content?.['application/json']?.schema)
    .map((schema) => (schema?.type === 'null' ? undefined : schema));
  if (new Set(schemas.map((schema) => JSON.stringify(schema))).size !== 1) {
    throw new Error(`${id} does not answer one thing.`);
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
    'A method for each operation of the native API. Each takes what varies in its path, in its order; then the query ' +
      'or the body, if there is one; then the options of the call. Names in queries, bodies and answers are those of ' +
      'the wire.',
    '',
    'What errors come beside those that are named: `BadValue`, `ConnectionError`, `InvalidResponse`, `Unavailable`.',
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
    // Elsewhere it is the body that is too large.
    if (status === '413' && /holding/.test(text)) return ['QuotaLimit'];
    return ERRORS[status] ?? [];
  });
  const lines = [
    `${summary}. ${description}`.trim(),
    `Sends \`${method} /api${path}\`${item ? ', which answers one page; `all` goes on to the last' : ''}.`,
    ...(KEYED.includes(id)
      ? [
          'What has no `key` is given one, so a call whose answer is lost is made again and nothing is done twice.',
        ]
      : []),
    ...parts.map((part) => `@param ${part.name} ${part.description ?? ''}`.trim()),
    ...(query && !item ? ['@param query What is asked for.'] : []),
    ...(body ? ['@param body What is sent.'] : []),
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

/** Whether leaving it away would be refused. */
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
    ' * Each operation: its method, its path below `/api` with `*` for each parameter, and words about the rest.',
    ' *',
    ' * `query`: it takes one. `list`: that too, and it answers pages. `bare`: it takes no body, as POST, PUT and PATCH do',
    ' * otherwise. `open`: it needs no token. `repeatable`: sent twice, it has the effect of once. `keyed`: the same,',
    ' * because the client sends a key. `=Name`: its answer, or each item of its list, has this entry of `EXACT_SHAPES`.',
    ' */',
    `export const OPERATIONS = {\n${lines.join('\n')}\n} as const;`,
    '',
    '/**',
    ' * Where answers, and schemas in them, have integers of 64 bits (`format: int64` in the description): `1` is one, a',
    ' * text names another entry, `*` stands for every property. Items of an array have the shape of the array.',
    ' */',
    `export const EXACT_SHAPES = ${JSON.stringify(Object.fromEntries(shapes))} as const;`,
  ].join('\n');
}

const patternOf = ({ path }: Described): string => path.replaceAll(/\{\w+\}/g, '*');

/** Where the answer of an operation, or each item of its list, has 64-bit integers. */
const ownShape = ({ item, answer }: Described, texts: TypeTexts): ExactShape | undefined =>
  answer && texts.exactShape(item ?? answer);

function wordsOf(one: Described, texts: TypeTexts): string[] {
  const { id, method, operation, query, body, item } = one;
  const shape = ownShape(one, texts);
  const writes = method !== 'GET' && method !== 'DELETE';
  if (body && !writes) throw new Error(`${id} takes a body by ${method}.`);
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
