import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../lib/text/json.ts';
import { JsonDecimal, parseExact } from '../../lib/text/json.ts';
import type { Backends } from '../features/backends.ts';
import { boolean } from './boolean.ts';
import { choice, choiceList, list } from './choice.ts';
import type { Field } from './field.ts';
import { fieldSet } from './field-set.ts';
import { email, text } from './text.ts';

const context = {
  backends: { identity: { usernameIsEmail: true } } as unknown as Backends,
  assignableRoles: ['member', 'admin'],
  quotaSizes: [],
};

/** What becomes of a value: itself as it is kept, or what is said of it. */
async function read(field: Field, ...value: [] | [unknown]): Promise<unknown> {
  const input = (value.length === 0 ? {} : { it: value[0] }) as JsonObject;
  const result = await fieldSet<JsonObject>({ it: field }).read(input, context);
  return result.ok ? result.data['it'] : result.errors['it'];
}

test('a missing field is required, has a default, or does not exist; null is valid where the field permits it', async () => {
  assert.deepEqual(await read(text()), ['This field is required.']);
  assert.deepEqual(await read(text(), null), ['This field may not be null.']);
  assert.equal(await read(text({ nullable: true }), null), null);
  assert.equal(await read(text({ initial: 'default' })), 'default');
  const absent = text({ exists: ({ backends }) => !backends.identity.usernameIsEmail });
  assert.equal(await read(absent), undefined);
  assert.equal(await read(absent, null), undefined);
});

test('a text is trimmed, a number becomes its digits, and other types, blank and too long texts are refused', async () => {
  assert.equal(await read(text(), '  ada '), 'ada');
  assert.equal(await read(text({ untrimmed: true }), ' ada '), ' ada ');
  assert.equal(await read(text(), 42), '42');
  assert.equal(await read(text(), parseExact('9223372036854775807')), '9223372036854775807');
  assert.equal(await read(text(), new JsonDecimal('1.5')), '1.5');
  for (const wrong of [true, [], {}]) assert.deepEqual(await read(text(), wrong), ['Not a valid string.']);
  assert.deepEqual(await read(text(), ' '), ['This field may not be blank.']);
  assert.equal(await read(text({ blank: true }), ' '), '');
  assert.equal(await read(text({ max: 2 }), '😀😀'), '😀😀');
  assert.deepEqual(await read(text({ max: 2 }), 'abc\0'), [
    'Ensure this field has no more than 2 characters.',
    'Null characters are not allowed.',
  ]);
  assert.deepEqual(await read(text(), 'a\ud800'), ['Surrogate characters are not allowed.']);
  assert.deepEqual(await read(text({ oneLine: true }), 'a\nb'), ['Control characters are not allowed.']);
});

test('an e-mail address has a domain of two labels', async () => {
  assert.equal(await read(email(), ' Ada@example.com'), 'Ada@example.com');
  for (const wrong of ['not_a_valid_email', 'new_test@examplecom', 7]) {
    assert.deepEqual(await read(email(), wrong), ['Enter a valid email address.']);
  }
  assert.deepEqual(await read(email(), ''), ['This field may not be blank.']);
});

test('booleans have many spellings', async () => {
  for (const yes of [true, 'Yes', 'on', '1', 1, 'T', new JsonDecimal('1.0')]) {
    assert.equal(await read(boolean(), yes), true);
  }
  for (const no of [false, 'NO', 'off', 0, 'f']) assert.equal(await read(boolean(), no), false);
  for (const wrong of ['maybe', 2, [], {}]) {
    assert.deepEqual(await read(boolean(), wrong), ['Must be a valid boolean.']);
  }
});

test('of several choices the first invalid one is named; valid ones are kept once each and sorted', async () => {
  const roles = choiceList(({ assignableRoles }) => assignableRoles, { initial: [] });
  assert.deepEqual(await read(roles, ['member', 'admin', 'member']), ['admin', 'member']);
  assert.deepEqual(await read(roles), []);
  assert.deepEqual(await read(roles, ['member', 'x', 'y']), ['"x" is not a valid choice.']);
  assert.deepEqual(await read(roles, [{ a: null }]), [`"{'a': None}" is not a valid choice.`]);
  assert.deepEqual(await read(roles, 'member'), ['Expected a list of items but got type "str".']);
  assert.deepEqual(await read(roles, { a: 1 }), ['Expected a list of items but got type "dict".']);
});

test('a choice is trimmed as a text, and refused as a text field would if it is not a text', async () => {
  const size = choice(async () => ['small', '5'], { max: 5, refusal: (name) => `no ${name}` });
  assert.equal(await read(size, 'small'), 'small');
  assert.equal(await read(size, ' small '), 'small');
  assert.equal(await read(size, 5), '5');
  assert.deepEqual(await read(size, 'big'), ['no big']);
  assert.deepEqual(await read(size, ''), ['This field may not be blank.']);
  assert.deepEqual(await read(size, 'gigantic'), ['Ensure this field has no more than 5 characters.']);
  for (const wrong of [true, [], {}, ['small']]) {
    assert.deepEqual(await read(size, wrong), ['Not a valid string.']);
  }
  assert.deepEqual(
    await read(
      choice(() => ['a']),
      'b',
    ),
    ['"b" is not a valid choice.'],
  );
});

test('a list has values of one kind, in the given order', async () => {
  assert.deepEqual(await read(list(text()), ['b', ' a']), ['b', 'a']);
  assert.deepEqual(await read(list(text()), ['b', []]), ['Not a valid string.']);
  assert.deepEqual(await read(list(text()), [null]), ['This field may not be null.']);
  assert.deepEqual(await read(list(text()), 3), ['Expected a list of items but got type "int".']);
});

test('an input is an object; the messages of all fields come together, and before a message about the whole', async () => {
  const set = fieldSet<{ a: string; b: string }>({ a: text(), b: text() }, ({ a, b }) =>
    a === b ? 'They are the same.' : undefined,
  );
  assert.deepEqual(await set.read([] as unknown as JsonObject, context), {
    ok: false,
    errors: { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] },
  });
  assert.deepEqual(await set.read({ a: null }, context), {
    ok: false,
    errors: { a: ['This field may not be null.'], b: ['This field is required.'] },
  });
  assert.deepEqual(await set.read({ a: 'x', b: 'x', c: 1 }, context), {
    ok: false,
    errors: { non_field_errors: ['They are the same.'] },
  });
  assert.deepEqual(await set.read({ a: 'x', b: 'y', c: 1 }, context), { ok: true, data: { a: 'x', b: 'y' } });
});
