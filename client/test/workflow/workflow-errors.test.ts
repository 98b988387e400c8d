import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOfAnswer } from '../../src/errors/answer-errors.ts';

/** The message of the error for this body; older services use more formats than Purser. */
const messageOf = (body: unknown, status = 400): string =>
  errorOfAnswer({ status, reason: 'The reason', header: () => null, text: JSON.stringify(body) }).message;

test('the message is found in all formats of workflow errors', () => {
  const cases: [body: unknown, message: string][] = [
    [{ errors: ['This task has been cancelled.'] }, 'This task has been cancelled.'],
    [{ errors: ['One.', 'Two.'] }, 'One. Two.'],
    [
      { errors: { email: ['Enter a valid email address.'], non_field_errors: ['Not both.'] } },
      'email: Enter a valid email address. Not both.',
    ],
    [{ errors: 'A single one.' }, 'A single one.'],
    [{ acknowledged: ['this field is required.'] }, 'acknowledged: this field is required.'],
    [{ ERROR: ['Region: X is not valid'] }, 'Region: X is not valid'],
    [{ error: 'Not Found' }, 'Not Found'],
    ['Not found.', 'Not found.'],
  ];
  for (const [body, message] of cases) assert.equal(messageOf(body), message);
});

test('other values in the body are not used as the message', () => {
  for (const body of [{}, [], null, 5, '', { status: 'down' }, { tasks: [] }, { count: 5 }, { errors: [] }]) {
    assert.equal(messageOf(body), 'The reason', JSON.stringify(body));
  }
});
