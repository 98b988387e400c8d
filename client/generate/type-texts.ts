import type { ApiDocument, Schema } from './described-api.ts';

/** Whether a type is of what the service answers, or of what it is sent. */
export type Direction = 'answer' | 'request';

/**
 * Integers without bounds: sums over commissions, which need not fit into 64 bits, so the description cannot call them
 * `int64`.
 */
const UNBOUNDED: ReadonlySet<string> = new Set(['usage_min', 'usage_max']);

const nameIn = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

const typesOf = ({ type = [] }: Schema): readonly string[] => (typeof type === 'string' ? [type] : type);

const isInteger = (schema: Schema): boolean =>
  typesOf(schema).some((type) => /^(integer|number)$/.test(type));

const isExact = (schema: Schema, property: string): boolean =>
  schema.format === 'int64' || (isInteger(schema) && UNBOUNDED.has(property));

/** Whether it says nothing of what is in it. */
function isOpaque({
  type,
  enum: values,
  anyOf,
  properties,
  additionalProperties: others,
  ...rest
}: Schema): boolean {
  if (values || anyOf || 'const' in rest) return false;
  if (type === undefined) return true;
  const hasForm = properties || (typeof others === 'object' && Object.keys(others).length > 0);
  return typesOf({ type }).includes('object') && !hasForm;
}

/** The schemas right below one, each with the name of the property that it is the type of. */
function below(schema: Schema, property: string): [string, Schema][] {
  const { items, anyOf = [], properties = {}, additionalProperties: others } = schema;
  return [
    ...Object.entries(properties),
    ...[...anyOf, ...(items ? [items] : [])].map((one): [string, Schema] => [property, one]),
    ...(typeof others === 'object' ? [['', others] as [string, Schema]] : []),
  ];
}

/** Writes the types of an API's schemas in TypeScript. */
export class TypeTexts {
  readonly #schemas: ApiDocument['components']['schemas'];
  readonly #used: Readonly<Record<Direction, ReadonlySet<string>>>;

  /** @param roots the schemas of all answers and of all requests */
  constructor(document: ApiDocument, roots: Readonly<Record<Direction, readonly Schema[]>>) {
    this.#schemas = document.components.schemas;
    this.#used = { answer: this.#namesIn(roots.answer), request: this.#namesIn(roots.request) };
  }

  /**
   * The names of properties whose integers need not fit into a JavaScript number.
   * @throws Error if a name is that in one answer and a plain integer in another: names alone would not tell
   */
  exactNames(answers: readonly Schema[]): string[] {
    return this.#namesWhere(answers, (schema, name) =>
      isInteger(schema) ? isExact(schema, name) : undefined,
    );
  }

  /**
   * The names of properties that can hold anything, and whose integers therefore are what they are.
   * @throws Error if a name is that in one answer and something with a form in another
   */
  opaqueNames(answers: readonly Schema[]): string[] {
    return this.#namesWhere(answers, (schema) => (schema.$ref === undefined ? isOpaque(schema) : false));
  }

  /** The names of properties that are something wherever it matters; `is` answers undefined where it does not. */
  #namesWhere(
    answers: readonly Schema[],
    is: (schema: Schema, name: string) => boolean | undefined,
  ): string[] {
    const kinds = new Map<string, boolean>();
    const look = (property: string, schema: Schema): void => {
      const kind = property === '' ? undefined : is(schema, property);
      if (kind !== undefined && (kinds.get(property) ?? kind) !== kind) {
        throw new Error(
          `'${property}' has two meanings in answers, which its name alone does not tell apart.`,
        );
      }
      if (kind !== undefined) kinds.set(property, kind);
      for (const [name, one] of below(schema, property)) look(name, one);
    };
    for (const answer of answers) look('', answer);
    for (const name of this.#namesIn(answers)) look('', this.#schema(name));
    return [...kinds].flatMap(([name, kind]) => (kind ? [name] : []));
  }

  /** Whether an answer has integers that need not fit into a JavaScript number. */
  hasExact(schema: Schema, property = '', walked: ReadonlySet<string> = new Set()): boolean {
    if (schema.$ref !== undefined) {
      const name = nameIn(schema.$ref);
      return !walked.has(name) && this.hasExact(this.#schema(name), '', new Set([...walked, name]));
    }
    return (
      isExact(schema, property) ||
      below(schema, property).some(([name, one]) => this.hasExact(one, name, walked))
    );
  }

  /** The declarations of all named schemas that are used. */
  declarations(): string[] {
    return Object.entries(this.#schemas).flatMap(([name, schema]) =>
      (['answer', 'request'] as const).flatMap((direction) => {
        if (!this.#used[direction].has(name)) return [];
        const own = this.#nameFor(name, direction);
        if (direction === 'request' && own === name && this.#used.answer.has(name)) return [];
        return [this.declaration(own, schema, direction)];
      }),
    );
  }

  /** An interface of this name, exported. */
  declaration(name: string, schema: Schema, direction: Direction): string {
    const base = this.#baseOf(schema, direction);
    const text = this.text(base ? without(schema, base.schema) : schema, direction);
    const heritage = base ? ` extends ${base.name}` : '';
    const declared = text.startsWith('{')
      ? `interface ${name}${heritage} ${text}`
      : `type ${name} = ${text};`;
    return `${comment([schema.description ?? ''])}export ${declared}`;
  }

  /** A type, as an expression. */
  text(schema: Schema, direction: Direction, property = ''): string {
    const inner = (one: Schema): string => this.text(one, direction, property);
    if (schema.$ref !== undefined) return this.#nameFor(nameIn(schema.$ref), direction);
    if (schema.anyOf) return union(schema.anyOf.map(inner));
    if (schema.const !== undefined) return literal(schema.const);
    const types = typesOf(schema);
    if (schema.enum) return union([...schema.enum.map(literal), ...(types.includes('null') ? ['null'] : [])]);
    if (types.length === 0) return 'unknown';
    return union(types.map((type) => this.#ofType(type, schema, direction, property)));
  }

  #ofType(type: string, schema: Schema, direction: Direction, property: string): string {
    if (type === 'integer' || type === 'number') {
      if (!isExact(schema, property)) return 'number';
      return direction === 'answer' ? 'bigint' : 'number | bigint';
    }
    if (type === 'array') {
      const item = this.text(schema.items ?? {}, direction, property);
      return /^\w+$/.test(item) ? `readonly ${item}[]` : `ReadonlyArray<${item}>`;
    }
    return type === 'object' ? this.#ofObject(schema, direction) : type;
  }

  #ofObject(schema: Schema, direction: Direction): string {
    const { properties, required = [], additionalProperties: others } = schema;
    if (!properties || Object.keys(properties).length === 0) {
      const nothing = properties ? 'never' : 'unknown';
      const value = typeof others === 'object' ? this.text(others, direction) : nothing;
      return `Readonly<Record<string, ${value}>>`;
    }
    const members = Object.entries(properties).map(([name, one]) => {
      const text = this.text(one, direction, name);
      const said = one.default === undefined ? '' : `${literal(one.default)} unless said.`;
      const optional = !required.includes(name);
      // Who has nothing to send may say so.
      const type = optional && direction === 'request' ? `${text} | undefined` : text;
      return `${comment([one.description ?? '', said])}readonly ${name}${optional ? '?' : ''}: ${type};`;
    });
    return `{\n${members.join('\n')}\n}`;
  }

  /** The largest named schema that another one has all properties of, and more. */
  #baseOf(schema: Schema, direction: Direction): { name: string; schema: Schema } | undefined {
    const [largest] = [...this.#used[direction]]
      .map((name) => ({ name: this.#nameFor(name, direction), schema: this.#schema(name) }))
      .filter((base) => extendsIt(schema, base.schema))
      .sort((one, other) => sizeOf(other.schema) - sizeOf(one.schema));
    return largest;
  }

  /** What has 64-bit integers and goes both ways has two types: answers have `bigint`, requests take both. */
  #nameFor(name: string, direction: Direction): string {
    const both = this.#used.answer.has(name) && this.#used.request.has(name);
    return direction === 'request' && both && this.hasExact(this.#schema(name)) ? `${name}Input` : name;
  }

  #namesIn(roots: readonly Schema[]): Set<string> {
    const names = new Set<string>();
    const look = (schema: Schema): void => {
      if (schema.$ref !== undefined) {
        const name = nameIn(schema.$ref);
        if (names.has(name)) return;
        names.add(name);
        look(this.#schema(name));
      }
      for (const [, one] of below(schema, '')) look(one);
    };
    for (const root of roots) look(root);
    return names;
  }

  #schema(name: string): Schema {
    const schema = this.#schemas[name];
    if (schema === undefined) throw new Error(`The description has no schema '${name}'.`);
    return schema;
  }
}

const sizeOf = ({ properties = {} }: Schema): number => Object.keys(properties).length;

/** Whether a schema has all properties of another one, in the same form, and some more. Trifles do not count. */
function extendsIt(schema: Schema, base: Schema): boolean {
  const form = ({ properties = {}, required = [] }: Schema, name: string): string =>
    JSON.stringify([properties[name], required.includes(name)]);
  const names = Object.keys(base.properties ?? {});
  return (
    names.length >= 3 &&
    sizeOf(schema) > names.length &&
    names.every((name) => form(schema, name) === form(base, name))
  );
}

/** A schema less what another one has already. */
function without(schema: Schema, base: Schema): Schema {
  const own = Object.entries(schema.properties ?? {}).filter(([name]) => !(name in (base.properties ?? {})));
  return { ...schema, properties: Object.fromEntries(own) };
}

const union = (texts: readonly string[]): string => [...new Set(texts)].join(' | ');

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : JSON.stringify(value);

/** A comment of these paragraphs, or nothing where there are none. */
export function comment(paragraphs: readonly string[]): string {
  const told = paragraphs.filter((paragraph) => paragraph !== '').map((text) => wrapped(text));
  if (told.length === 0) return '';
  const lines = told.flatMap((text) => text.split('\n'));
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */\n`;
}

/** Breaks a text at its spaces, so that lines stay readable below some indentation. */
function wrapped(text: string): string {
  return text
    .replaceAll('*/', '*\\/')
    .replace(/(?=\S)(.{1,104})(?:\s+|$)/g, '$1\n')
    .trim();
}
