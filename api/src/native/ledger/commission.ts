import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable, PageQuery, Time } from '../common.ts';

/** A signed 64-bit integer. The schema has no bounds: the ledger refuses a quantity that exceeds 64 bits. */
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
        description:
          '`project:` and the uuid of the project that a user draws from; null if the holder is a project.',
      }),
    ),
    resource: Type.String({ description: 'Name of the resource.' }),
    quantity: Quantity,
  },
  {
    $id: 'Provision',
    additionalProperties: false,
    description:
      'A change of one holding. A service sends two for each resource: one for the user and one for the project.',
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
      Type.String({ description: '`expired`, or the reason given when it was accepted or rejected.' }),
    ),
    provisions: Type.Array(Type.Ref('Provision'), {
      description: 'Reserved quantities, one for each holding.',
    }),
    accepted: Type.Unsafe<Provision[] | null>({
      type: ['array', 'null'],
      items: Type.Ref('Provision'),
      description: 'Accepted quantities if less than the reserved ones were accepted; otherwise null.',
    }),
  },
  {
    $id: 'Commission',
    description: 'A set of provisions that is accepted or rejected as a whole. It is stored permanently.',
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
      Type.Boolean({ description: 'Allow reservations to exceed the limit. It has no effect on releases.' }),
    ),
    auto_accept: Type.Optional(Type.Boolean({ description: 'Issue and accept it in one step.' })),
    key: Type.Optional(
      Type.String({
        ...Key,
        description:
          'Idempotency key: a repetition of the request with the same key returns the first serial. The header ' +
          '`Idempotency-Key` has the same effect. A refused request does not use up its key.',
      }),
    ),
    expires_in: Type.Optional(
      nullable(
        Type.Integer({
          minimum: 1,
          maximum: BOUNDS.commission_expiry_s_max,
          description:
            'Seconds after which it is rejected if it is still pending; null: never. Default: that of the ' +
            'component.',
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
    replayed: Type.Boolean({ description: 'Whether an earlier request with the same key issued it.' }),
  },
  {
    $id: 'CommissionIssued',
    description: 'The serial of an issued commission.',
    examples: [{ serial: 57, replayed: false }],
  },
);
export type CommissionIssued = Static<typeof CommissionIssued>;

export const IdempotencyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ ...Key, description: 'Idempotency key: same as `key` in the body.' }),
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
        description: 'One result for each commission, in the order of the request.',
      },
    ),
  },
  {
    $id: 'CommissionBulkVerdict',
    description: 'The result for each commission: its serial, or its problem as if it had been sent alone.',
    examples: [{ results: [{ serial: 57, replayed: false }, { problem: refused }] }],
  },
);

export type CommissionBulkVerdict = Static<typeof CommissionBulkVerdict>;

export const CommissionQuery = Type.Object(
  {
    ...PageQuery.properties,
    component: Type.Optional(
      Type.String({ minLength: 1, description: 'Only commissions that this component issued.' }),
    ),
    state: Type.Optional(State),
    older_than: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000_000_000,
        description: 'Only commissions issued more than this number of seconds ago.',
      }),
    ),
    project: Type.Optional(
      Type.String({ minLength: 1, description: 'Only commissions on this project: uuid.' }),
    ),
    user: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Only commissions for this user: uuid; operators may also send the number or e-mail address.',
      }),
    ),
    resource: Type.Optional(
      Type.String({ minLength: 1, description: 'Only commissions with this resource.' }),
    ),
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
  description: 'Reason; stored with the commission.',
});

export const CommissionAcceptance = Type.Object(
  {
    provisions: Type.Optional(
      Type.Array(Type.Ref('Provision'), {
        maxItems: BOUNDS.provisions_per_commission,
        description:
          'Quantities to accept, each between zero and the reserved quantity. Holdings that are not named are ' +
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
    accepted: serials('Accepted, by this or an earlier request.'),
    rejected: serials('Rejected, by this or an earlier request.'),
    resolved: serials('Already resolved the other way; unchanged.'),
    not_found: serials('Unknown serials.'),
    conflicting: serials('In both lists of the request; unchanged.'),
    damaged: serials('Stored data is damaged, so they cannot be applied; unchanged.'),
  },
  {
    $id: 'CommissionVerdict',
    description: 'The result for each commission; every serial is in exactly one list.',
    examples: [
      { accepted: [57, 58], rejected: [59], resolved: [], not_found: [], conflicting: [], damaged: [] },
    ],
  },
);
export type CommissionVerdict = Static<typeof CommissionVerdict>;
