import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type ApiDocument, describedApi, type Schema } from '../../generate/described-api.ts';
import { formatted } from '../../generate/formatted.ts';
import { nativeSource } from '../../generate/native-source.ts';

test('the native client equals the output of the generator; otherwise run `npm run docs`', async () => {
  for (const [file, source] of Object.entries(nativeSource(await describedApi()))) {
    const committed = readFileSync(new URL(`../../src/native/${file}`, import.meta.url), 'utf8');
    assert.equal(committed, formatted(file, source), file);
  }
});

/** A description of `GET /api/things/{thing}`, with the operations that the generator requires. */
function describing(answer: Schema, more: object = {}): ApiDocument {
  const operation = (operationId: string, schema: Schema, beside: object = {}) => ({
    operationId,
    summary: 'Do it',
    security: [],
    responses: { 200: { description: 'Done.', content: { 'application/json': { schema } } } },
    ...beside,
  });
  const known = [
    'acceptCommission',
    'rejectCommission',
    'resolveCommissions',
    'issueCommission',
    'issueCommissions',
  ];
  return {
    paths: {
      ...Object.fromEntries(known.map((id) => [`/api/${id}`, { post: operation(id, { type: 'boolean' }) }])),
      '/api/things': { get: operation('getThing', answer, more) },
    },
    components: { schemas: { Named: { type: 'object', properties: { size: { type: 'integer' } } } } },
  };
}

const object = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties });
const query = (name: string) => ({ name, in: 'query', required: false, schema: { type: 'string' } });

/** Positions of 64-bit integers in the response of `getThing`. */
function exactPlaces(answer: Schema): string {
  const table = nativeSource(describing(answer))['operation-table.ts'];
  return /"getThing":(\{.*\})\} as const/.exec(table)?.[1] ?? '';
}

test('`format: int64` in the description makes an integer a bigint, at its position only', () => {
  const exact = { type: 'integer', format: 'int64' } as const;
  const mixed = object({ size: exact, inner: { $ref: '#/components/schemas/Named' } });
  const { 'schemas.ts': types } = nativeSource(describing(mixed));
  assert.match(types, /interface Named \{\s+readonly size\?: number;/);
  assert.equal(exactPlaces(mixed), '{"size":1}');
  const nested = object({
    list: { type: 'array', items: object({ size: exact, count: { type: 'integer' } }) },
    record: { type: 'object', additionalProperties: exact },
    perhaps: { anyOf: [object({ size: exact }), { type: 'null' }] },
    free: { type: 'object', additionalProperties: {} },
  });
  assert.equal(exactPlaces(nested), '{"list":{"size":1},"record":{"*":1},"perhaps":{"size":1}}');
  assert.equal(exactPlaces(object({ size: { type: 'integer' } })), '');
  const either = object({ one: { anyOf: [object({ size: exact }), object({ other: exact })] } });
  assert.throws(() => nativeSource(describing(either)), /64-bit integers in different places/);
});

test('a description with an unsupported construct is refused', () => {
  const both = {
    parameters: [query('after')],
    requestBody: { content: { 'application/json': { schema: object({}) } } },
  };
  assert.throws(() => nativeSource(describing(object({}), both)), /a query and a body/);
  const nowhere = object({ one: { $ref: '#/components/schemas/Nothing' } });
  assert.throws(() => nativeSource(describing(nowhere)), /no schema 'Nothing'/);
  const document = describing(object({}));
  const { '/api/issueCommission': _gone, ...paths } = document.paths;
  assert.throws(() => nativeSource({ ...document, paths }), /no operation 'issueCommission'/);
});
