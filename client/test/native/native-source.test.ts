import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type ApiDocument, describedApi, type Schema } from '../../generate/described-api.ts';
import { formatted } from '../../generate/formatted.ts';
import { nativeSource } from '../../generate/native-source.ts';

test('the native client is what today’s description of the API makes; if not, `npm run docs` mends it', async () => {
  for (const [file, source] of Object.entries(nativeSource(await describedApi()))) {
    const committed = readFileSync(new URL(`../../src/native/${file}`, import.meta.url), 'utf8');
    assert.equal(committed, formatted(file, source), file);
  }
});

/** A description of `GET /api/things/{thing}`, beside what is asked of every one. */
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

test('a name cannot be an exact integer, or anything at all, in one place and something else in another', () => {
  const mixed = object({
    size: { type: 'integer', format: 'int64' },
    inner: { $ref: '#/components/schemas/Named' },
  });
  assert.throws(() => nativeSource(describing(mixed)), /'size' has two meanings/);
  const anything = { type: 'object', additionalProperties: {} } as const;
  const open = { size: { type: 'integer', format: 'int64' }, free: anything };
  assert.match(nativeSource(describing(object(open)))['operation-table.ts'], /OPAQUE_NAMES = 'free'/);
  const torn = object({ ...open, inner: object({ free: { type: 'integer' } }) });
  assert.throws(() => nativeSource(describing(torn)), /'free' has two meanings/);
  const same = object({ size: { type: 'integer' }, inner: { $ref: '#/components/schemas/Named' } });
  assert.match(nativeSource(describing(same))['schemas.ts'], /readonly size\?: number;/);
});

test('what the client has no form for is told, not passed over', () => {
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
