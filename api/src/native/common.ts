import { UNLIMITED } from '@purser/text/quantity';
import { type Static, type TSchema, Type } from 'typebox';
import { BOUNDS } from './bounds.ts';

/** A schema whose value may also be null. */
export function nullable<T extends TSchema & { type: string }>(schema: T) {
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] });
}

/** A point in time as the native API writes it: ISO 8601, UTC, `Z`. */
export const Time = Type.String({ format: 'date-time', examples: ['2031-05-30T10:03:37.000Z'] });

export const Uuid = Type.String({ format: 'uuid', examples: ['3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94'] });

/** A name of a component, service, resource, role or token. */
export const Name = Type.String({ minLength: 1, maxLength: BOUNDS.name_length });

/** An absolute http or https URL. */
export const WebUrl = Type.String({
  pattern: '^https?://[^\\s]+$',
  maxLength: BOUNDS.url_length,
  examples: ['https://compute.example.org'],
});

/** A limit: a signed 64-bit integer that is not negative, written as a JSON integer with all its digits. */
export const Limit = Type.Unsafe<number | bigint>({
  type: 'integer',
  format: 'int64',
  minimum: 0,
  maximum: UNLIMITED,
  description:
    'A limit, exact to the last digit; 9223372036854775807 means unlimited. ' +
    'Parsers that read numbers as doubles change values above 2^53.',
});

/** A limit in a request: an integer, or a text with a unit. */
export const LimitInput = Type.Unsafe<number | bigint | string>({
  anyOf: [
    Limit,
    Type.String({
      minLength: 1,
      maxLength: 64,
      description:
        '`inf` for unlimited, or a number with an optional unit of base 1024, for example `10GiB` or `1.5T`.',
    }),
  ],
  description: 'A limit: an integer from 0 to 9223372036854775807, `"inf"`, or a quantity with a unit.',
  examples: [10, 'inf', '10GiB'],
});

/** The response of every list of the native API: items, and the cursor of the next page. */
export function page<T extends TSchema>(item: T, name: string) {
  return Type.Object(
    {
      items: Type.Array(item),
      next: nullable(
        Type.String({
          description: 'Cursor: send it as `after` to get the next page; null on the last page.',
        }),
      ),
    },
    { description: `One page of ${name}, in a stable order.` },
  );
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** The query parameters that every list takes. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: BOUNDS.page_max,
        default: BOUNDS.page_default,
        description: 'Maximum number of items on the page.',
      }),
    ),
    after: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'Cursor: `next` of the previous page.' }),
    ),
  },
  { additionalProperties: false },
);
