import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { settingsReference } from './reference.ts';

test('the settings page of the documentation says what the table says', () => {
  const page = new URL('../../../docs/reference/settings.md', import.meta.url);
  assert.equal(readFileSync(page, 'utf8'), settingsReference(), 'run npm run docs');
});
