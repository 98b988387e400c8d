import type { ApiDocument, Schema } from './described-api.ts';

/** Whether a type belongs to responses or to requests. */
export type Direction = 'answer' | 'request';

/**
 * Positions of 64-bit integers in a value: `1` is such an integer, a string is the name of another shape, an object has
 * shapes of properties (`*`: of all others). Items of an array have the shape of the array.
 */
export type ExactShape = 1 | string | { readonly [property: string]: ExactShape };

const nameIn = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

const typesOf = ({ type = [] }: Schema): readonly string[] => (typeof type === 'string' ? [type] : type);

/** Whether a schema is an integer of 64 bits, which need not fit into a JavaScript number. */
const isExact = ({ format }: Schema): boolean => format === 'int64';

/** The direct subschemas of a schema: of properties, items, alternatives and values of a record. */
function below({ items, anyOf = [], properties = {}, additionalProperties: others }: Schema): Schema[] {
  return [
    ...Object.values(properties),
    ...anyOf,
    ...(items ? [items] : []),
    ...(typeof others === 'object' ? [others] : []),
  ];
}

/** The shape of a union of schemas. @throws Error if the alternatives have different shapes */
function sameShape(shapes: readonly (ExactShape | undefined)[]): ExactShape | undefined {
  const [first, ...others] = shapes.filter((shape) => shape !== undefined);
  const other = others.find((shape) => JSON.stringify(shape) !== JSON.stringify(first));
  if (other !== undefined) {
    const both = [first, other].map((shape) => JSON.stringify(shape));
    throw new Error(`Alternatives have 64-bit integers in different places: ${both.join(' and ')}.`);
  }
  return first;
}

/** Renders the schemas of an API as TypeScript types. */
export class TypeTexts {
  readonly #schemas: ApiDocument['components']['schemas'];
  readonly #used: Readonly<Record<Direction, ReadonlySet<string>>>;

  /** @param roots the schemas of all responses and of all requests */
  constructor(document: ApiDocument, roots: Readonly<Record<Direction, readonly Schema[]>>) {
    this.#schemas = document.components.schemas;
    this.#used = { answer: this.#namesIn(roots.answer), request: this.#namesIn(roots.request) };
  }

  /** Positions of 64-bit integers in a schema; undefined if there are none. @throws Error if alternatives differ */
  exactShape(schema: Schema): ExactShape | undefined {
    if (!this.hasExact(schema)) return undefined;
    if (schema.$ref !== undefined) return nameIn(schema.$ref);
    if (isExact(schema)) return 1;
    const { items, anyOf, properties = {}, additionalProperties: others } = schema;
    if (anyOf) return sameShape(anyOf.map((one) => this.exactShape(one)));
    if (items) return this.exactShape(items);
    const places = typeof others === 'object' ? { ...properties, '*': others } : properties;
    return Object.fromEntries(
      Object.entries(places).flatMap(([name, one]) => {
        const shape = this.exactShape(one);
        return shape === undefined ? [] : [[name, shape]];
      }),
    );
  }

  /** The shapes of all named schemas of responses that have 64-bit integers. */
  namedShapes(): [string, ExactShape][] {
    return [...this.#used.answer].flatMap((name) => {
      const shape = this.exactShape(this.#schema(name));
      return shape === undefined ? [] : [[name, shape] as [string, ExactShape]];
    });
  }

  /** Whether a response has 64-bit integers. */
  hasExact(schema: Schema, walked: ReadonlySet<string> = new Set()): boolean {
    if (schema.$ref !== undefined) {
      const name = nameIn(schema.$ref);
      return !walked.has(name) && this.hasExact(this.#schema(name), new Set([...walked, name]));
    }
    return isExact(schema) || below(schema).some((one) => this.hasExact(one, walked));
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

  /** The declaration of an exported interface with this name. */
  declaration(name: string, schema: Schema, direction: Direction): string {
    const base = this.#baseOf(schema, direction);
    const text = this.text(base ? without(schema, base.schema) : schema, direction);
    const heritage = base ? ` extends ${base.name}` : '';
    const declared = text.startsWith('{')
      ? `interface ${name}${heritage} ${text}`
      : `type ${name} = ${text};`;
    return `${comment([schema.description ?? ''])}export ${declared}`;
  }

  /** A type expression. */
  text(schema: Schema, direction: Direction): string {
    const inner = (one: Schema): string => this.text(one, direction);
    if (schema.$ref !== undefined) return this.#nameFor(nameIn(schema.$ref), direction);
    if (schema.anyOf) return union(schema.anyOf.map(inner));
    if (schema.const !== undefined) return literal(schema.const);
    const types = typesOf(schema);
    if (schema.enum) return union([...schema.enum.map(literal), ...(types.includes('null') ? ['null'] : [])]);
    if (types.length === 0) return 'unknown';
    return union(types.map((type) => this.#ofType(type, schema, direction)));
  }

  #ofType(type: string, schema: Schema, direction: Direction): string {
    if (type === 'integer' || type === 'number') {
      if (!isExact(schema)) return 'number';
      return direction === 'answer' ? 'bigint' : 'number | bigint';
    }
    if (type === 'array') {
      const item = this.text(schema.items ?? {}, direction);
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
      const text = this.text(one, direction);
      const said = one.default === undefined ? '' : `Default: ${literal(one.default)}.`;
      const optional = !required.includes(name);
      // Callers may pass undefined explicitly.
      const type = optional && direction === 'request' ? `${text} | undefined` : text;
      return `${comment([one.description ?? '', said])}readonly ${name}${optional ? '?' : ''}: ${type};`;
    });
    return `{\n${members.join('\n')}\n}`;
  }

  /** The largest named schema whose properties are a proper subset of those of another schema. */
  #baseOf(schema: Schema, direction: Direction): { name: string; schema: Schema } | undefined {
    const [largest] = [...this.#used[direction]]
      .map((name) => ({ name: this.#nameFor(name, direction), schema: this.#schema(name) }))
      .filter((base) => extendsIt(schema, base.schema))
      .sort((one, other) => sizeOf(other.schema) - sizeOf(one.schema));
    return largest;
  }

  /** A schema with 64-bit integers in both directions has two types: responses have `bigint`, requests accept both. */
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
      for (const one of below(schema)) look(one);
    };
    for (const root of roots) look(root);
    return names;
  }

  #schema(name: string): Schema {
    const schema = this.#schemas[name];
    if (schema === undefined) throw new Error(`The API description has no schema '${name}'.`);
    return schema;
  }
}

const sizeOf = ({ properties = {} }: Schema): number => Object.keys(properties).length;

/**
 * Whether a schema has all properties of another one, in the same form, and further ones. Very small schemas are not
 * compared.
 */
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

/** A schema without the properties of another one. */
function without(schema: Schema, base: Schema): Schema {
  const own = Object.entries(schema.properties ?? {}).filter(([name]) => !(name in (base.properties ?? {})));
  return { ...schema, properties: Object.fromEntries(own) };
}

const union = (texts: readonly string[]): string => [...new Set(texts)].join(' | ');

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : JSON.stringify(value);

/** A comment of these paragraphs; empty if there are none. */
export function comment(paragraphs: readonly string[]): string {
  const wrappedTexts = paragraphs.filter((paragraph) => paragraph !== '').map((text) => wrapped(text));
  if (wrappedTexts.length === 0) return '';
  const lines = wrappedTexts.flatMap((text) => text.split('\n'));
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */\n`;
}

/** Wraps a text at spaces to lines that stay short enough when they are indented. */
function wrapped(text: string): string {
  return text
    .replaceAll('*/', '*\\/')
    .replace(/(?=\S)(.{1,104})(?:\s+|$)/g, '$1\n')
    .trim();
}
