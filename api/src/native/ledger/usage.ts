import { type Static, Type } from 'typebox';
import { Limit, nullable, PageQuery, Time } from '../common.ts';

/** A time in a query: a timestamp, or a day, which means its beginning in UTC. */
const TimeOrDay = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`.',
  examples: ['2031-05-01'],
});

const Usage = Type.Unsafe<number | bigint>({
  ...Limit,
  description: 'Usage at the end of the period; exact to the last digit.',
});
const Average = Type.Unsafe<number | bigint>({ ...Limit, description: 'Average usage, rounded down.' });
const UnitSeconds = Type.String({
  description:
    'Units times seconds, exact: a decimal number of any size with at most three digits after the point.',
  examples: ['14400.5'],
});
const UnitHours = Type.String({
  description:
    'Units times hours, truncated to six decimal places. Use `unit_seconds` for billing, since it is exact.',
  examples: ['4.000138'],
});

const user = nullable(Type.String({ description: 'Uuid of the user; null for the project as a whole.' }));
const unit = nullable(Type.String({ description: '`bytes`, or null for a plain count.' }));

const holding = {
  project: Type.String({ description: 'Uuid of the project.' }),
  user,
  resource: Type.String(),
  unit,
};

const example = {
  project: '7d1c2a90-1b7f-4a3c-8f54-2e9d6b0c1a35',
  user: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
  resource: 'cyclades.vm',
  unit: null,
};

export const UsageSeries = Type.Object(
  {
    ...holding,
    points: Type.Array(
      Type.Object({
        from: Time,
        to: Type.String({
          format: 'date-time',
          description: 'The end of the step, or the time of the response if that is earlier.',
        }),
        usage: Usage,
        average: Average,
        unit_seconds: UnitSeconds,
        unit_hours: UnitHours,
      }),
      { description: 'One entry for each step, in chronological order, without gaps.' },
    ),
  },
  {
    $id: 'UsageSeries',
    description: 'The usage of one holding over time. Pending reservations are not included.',
    examples: [
      {
        ...example,
        points: [
          {
            from: '2031-05-30T10:00:00.000Z',
            to: '2031-05-30T11:00:00.000Z',
            usage: 8,
            average: 4,
            unit_seconds: '14400',
            unit_hours: '4',
          },
        ],
      },
    ],
  },
);
export type UsageSeries = Static<typeof UsageSeries>;

const filters = {
  project: Type.Optional(Type.String({ minLength: 1, description: 'Only this project: uuid.' })),
  user: Type.Optional(
    Type.String({ minLength: 1, description: 'Only this user: uuid, number or e-mail address.' }),
  ),
  resource: Type.Optional(Type.String({ minLength: 1, description: 'Only this resource: its name.' })),
  per: Type.Optional(
    Type.Enum(['project', 'user'], {
      type: 'string',
      description:
        'Only usage of projects as a whole, or only usage of users. Without it, both: the usage of a project ' +
        'includes that of its users, so do not add them up.',
    }),
  ),
};

export const UsageQuery = Type.Object(
  {
    ...filters,
    from: Type.Optional({
      ...TimeOrDay,
      description: 'The beginning of a step. Default: 24 hours or 30 days before the end.',
    }),
    to: Type.Optional({
      ...TimeOrDay,
      description: 'The end of a step; future steps are omitted. Default: now.',
    }),
    step: Type.Optional(
      Type.Enum(['hour', 'day'], { type: 'string', default: 'hour', description: 'Steps in UTC.' }),
    ),
  },
  { additionalProperties: false },
);

export const Charge = Type.Object(
  {
    ...holding,
    username: nullable(Type.String({ description: 'The present display name of the user.' })),
    from: Time,
    to: Time,
    unit_seconds: UnitSeconds,
    unit_hours: UnitHours,
    usage: Usage,
  },
  {
    $id: 'Charge',
    description: 'The usage of one holding in a period.',
    examples: [
      {
        ...example,
        username: 'ada@example.org',
        from: '2031-05-01T00:00:00.000Z',
        to: '2031-06-01T00:00:00.000Z',
        unit_seconds: '14400',
        unit_hours: '4',
        usage: 8,
      },
    ],
  },
);
export type Charge = Static<typeof Charge>;

export const ChargeQuery = Type.Object(
  {
    ...PageQuery.properties,
    ...filters,
    from: { ...TimeOrDay, description: 'The beginning of an hour.' },
    to: Type.Optional({
      ...TimeOrDay,
      description: 'The beginning of an hour. Default and maximum: the end of the last complete hour.',
    }),
    format: Type.Optional(
      Type.Enum(['json', 'csv'], {
        type: 'string',
        description: '`csv` returns all rows as one table (RFC 4180), like `Accept: text/csv`.',
      }),
    ),
  },
  { additionalProperties: false },
);
