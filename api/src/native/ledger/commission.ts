import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable, PageQuery, Time } from '../common.ts';

/** A signed 64-bit integer. No bounds are stated: a quantity beyond them is refused like any that does not fit. */
const Quantity = Type.Unsafe<number | bigint>({
  type: 'integer',
  format: 'int64',
  description: 'Positive reserves, negative releases; exact to the last digit.',
});

export const Provision = Type.Object(
  {
    holder: Type.String({ description: '`user:` or `project:` and the uuid.' }),
    source: nullable(
      Type.String({
        description: '`project:` and the uuid that a user draws from; null where the holder is a project.',
      }),
    ),
    resource: Type.String({ description: 'Name of the resource.' }),
    quantity: Quantity,
  },
  {
    $id: 'Provision',
    additionalProperties: false,
    description:
      'A change of one holding. A service sends two for each resource: one for the user, one for the project.',
  },
);
export type Provision = Static<typeof Provision>;

const user = '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94';
const provisionExamples = [
  { holder: `user:${user}`, source: `project:${user}`, resource: 'cyclades.vm', quantity: 1 },
  { holder: `project:${user}`, source: null, resource: 'cyclades.vm', quantity: 1 },
];

const Provisions = Type.Array(Type.Ref('Provision'), { maxItems: BOUNDS.provisions_per_commission });
const Serial = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const State = Type.Enum(['pending', 'accepted', 'rejected']);
const Key = Type.String({ minLength: 1, maxLength: BOUNDS.idempotency_key_length });

export const Commission = Type.Object(
  {
    serial: Type.Integer(),
    component: Type.String({ description: 'Name of the component that issued it.' }),
    name: Type.String(),
    state: State,
    issued_at: Time,
    expires_at: nullable(
      Type.String({
        format: 'date-time',
        description: 'When it is rejected if it is still pending; null: never.',
      }),
    ),
    resolved_at: nullable(Type.String({ format: 'date-time' })),
    reason: nullable(
      Type.String({ description: '`expired`, or what was said when it was accepted or rejected.' }),
    ),
    provisions: Type.Array(Type.Ref('Provision'), {
      description: 'What was reserved, one for each holding.',
    }),
    accepted: Type.Unsafe<Provision[] | null>({
      type: ['array', 'null'],
      items: Type.Ref('Provision'),
      description: 'What was accepted, where that is less than was reserved; otherwise null.',
    }),
  },
  {
    $id: 'Commission',
    description: 'A set of provisions that is accepted or rejected as a whole. It is remembered for ever.',
    examples: [
      {
        serial: 57,
        component: 'compute',
        name: 'start a server',
        state: 'accepted',
        issued_at: '2031-05-30T10:03:37.000Z',
        expires_at: null,
        resolved_at: '2031-05-30T10:03:39.000Z',
        reason: null,
        provisions: provisionExamples,
        accepted: null,
      },
    ],
  },
);
export interface Commission extends Omit<Static<typeof Commission>, 'provisions'> {
  provisions: Provision[];
}

export const CommissionIssue = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: BOUNDS.commission_name_length })),
    force: Type.Optional(
      Type.Boolean({ description: 'Let reservations exceed the limit. Releases are never forced.' }),
    ),
    auto_accept: Type.Optional(Type.Boolean({ description: 'Accept it in the same step.' })),
    key: Type.Optional(
      Type.String({
        ...Key,
        description:
          'Makes a retry safe: the same key with the same request answers the first serial. The header ' +
          '`Idempotency-Key` says the same. A refusal leaves no trace, so its retry is a new attempt.',
      }),
    ),
    expires_in: Type.Optional(
      nullable(
        Type.Integer({
          minimum: 1,
          maximum: BOUNDS.commission_expiry_s_max,
          description:
            'Seconds after which it is rejected if it is still pending; null: never. Without it, what the ' +
            'component has as default.',
        }),
      ),
    ),
    provisions: Provisions,
  },
  {
    $id: 'CommissionIssue',
    additionalProperties: false,
    description: 'A commission to issue.',
    examples: [{ name: 'start a server', key: 'server-17-create', provisions: provisionExamples }],
  },
);

export const CommissionIssued = Type.Object(
  {
    serial: Type.Integer(),
    replayed: Type.Boolean({ description: 'Whether it had been issued before, with the same key.' }),
  },
  {
    $id: 'CommissionIssued',
    description: 'The serial of a commission.',
    examples: [{ serial: 57, replayed: false }],
  },
);
export type CommissionIssued = Static<typeof CommissionIssued>;

export const IdempotencyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ ...Key, description: 'The `key` of the body, as a header.' }),
  ),
});

const refused = {
  type: 'urn:purser:problem:no_capacity',
  title: 'Over the limit',
  status: 413,
  detail: `The limit would be exceeded: cyclades.vm of user:${user} from project:${user}.`,
  code: 'no_capacity',
  provision: provisionExamples[0],
  limit: 2,
  usage: 2,
};

export const CommissionBulk = Type.Object(
  { commissions: Type.Array(Type.Ref('CommissionIssue'), { maxItems: BOUNDS.commissions_per_bulk }) },
  {
    additionalProperties: false,
    examples: [{ commissions: [{ provisions: provisionExamples, auto_accept: true }] }],
  },
);

export const CommissionBulkVerdict = Type.Object(
  {
    results: Type.Array(
      Type.Union([Type.Ref('CommissionIssued'), Type.Object({ problem: Type.Ref('Problem') })]),
      {
        description: 'One for each commission, in their order.',
      },
    ),
  },
  {
    $id: 'CommissionBulkVerdict',
    description:
      'What became of each commission: its serial, or the problem that it would have had on its own.',
    examples: [{ results: [{ serial: 57, replayed: false }, { problem: refused }] }],
  },
);

export type CommissionBulkVerdict = Static<typeof CommissionBulkVerdict>;

export const CommissionQuery = Type.Object(
  {
    ...PageQuery.properties,
    component: Type.Optional(Type.String({ minLength: 1, description: 'Only what this component issued.' })),
    state: Type.Optional(State),
    older_than: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000_000_000,
        description: 'Only those issued more than so many seconds ago.',
      }),
    ),
    project: Type.Optional(Type.String({ minLength: 1, description: 'Only those on this project: uuid.' })),
    user: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Only those for this user: uuid; operators may also give the number or e-mail address.',
      }),
    ),
    resource: Type.Optional(Type.String({ minLength: 1, description: 'Only those of this resource.' })),
  },
  { additionalProperties: false },
);

export const CommissionPath = Type.Object({
  serial: Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Serial of the commission.',
  }),
});

const Reason = Type.String({
  minLength: 1,
  maxLength: BOUNDS.reason_length,
  description: 'Kept with the commission.',
});

export const CommissionAcceptance = Type.Object(
  {
    provisions: Type.Optional(
      Type.Array(Type.Ref('Provision'), {
        maxItems: BOUNDS.provisions_per_commission,
        description:
          'Smaller quantities than were reserved, between zero and the whole. Holdings that are left out are ' +
          'accepted in full.',
      }),
    ),
    reason: Type.Optional(Reason),
  },
  {
    additionalProperties: false,
    examples: [{ reason: 'the server exists' }],
  },
);

export const CommissionRejection = Type.Object(
  { reason: Type.Optional(Reason) },
  { additionalProperties: false, examples: [{ reason: 'the server was never made' }] },
);

export const CommissionResolution = Type.Object(
  {
    accept: Type.Optional(Type.Array(Serial, { maxItems: BOUNDS.serials_per_bulk })),
    reject: Type.Optional(Type.Array(Serial, { maxItems: BOUNDS.serials_per_bulk })),
    reason: Type.Optional(Reason),
  },
  { additionalProperties: false, examples: [{ accept: [57, 58], reject: [59] }] },
);

const serials = (description: string) => Type.Array(Type.Integer(), { description });

export const CommissionVerdict = Type.Object(
  {
    accepted: serials('Accepted, now or before.'),
    rejected: serials('Rejected, now or before.'),
    resolved: serials('Had been resolved the other way; they stay as they are.'),
    not_found: serials('There are no such commissions.'),
    conflicting: serials('Asked to be both accepted and rejected; untouched.'),
    damaged: serials('Cannot be applied as they are stored; untouched.'),
  },
  {
    $id: 'CommissionVerdict',
    description: 'What became of each commission; every serial is in one list.',
    examples: [
      { accepted: [57, 58], rejected: [59], resolved: [], not_found: [], conflicting: [], damaged: [] },
    ],
  },
);
export type CommissionVerdict = Static<typeof CommissionVerdict>;
