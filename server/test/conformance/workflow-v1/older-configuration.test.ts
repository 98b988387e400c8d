import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { forEachEngine } from '../../support/engines.ts';
import { startPurser } from '../../support/harness.ts';

const FILE = fileURLToPath(new URL('../../older-files/workflow-service.yaml', import.meta.url));

forEachEngine((engine, open) => {
  if (engine === 'postgres') return;

  test('a configuration of the older workflow service is accepted, and settings without effect are named', async () => {
    const lines: string[] = [];
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    const env = { PURSER_CONFIG: FILE };
    const { domain } = await startPurser(open, env, { logger: pino({ level: 'warn' }, stream) });
    const warnings = lines.map((line) => JSON.parse(line).msg as string);
    for (const name of [
      'django',
      'secret_key',
      'email',
      'auth',
      'auth_url',
      'token_cache_time',
      'SetProjectQuotaAction.size_difference_threshold',
      'SetProjectQuotaAction.days_between_autoapprove',
      'create_project_and_user.actions.SomeCustomAction',
    ]) {
      assert.ok(
        warnings.some((sentence) => sentence.includes(name)),
        `${name} is not named in ${warnings.join('; ')}`,
      );
    }
    assert.ok(
      warnings.every((sentence) => /no effect/.test(sentence)),
      warnings.join('; '),
    );
    assert.equal(domain.settings.workflow.horizonUrl, 'http://horizon.example.org');
    assert.deepEqual(domain.settings.api.activeDelegateApis?.length, 5);
  });
});
