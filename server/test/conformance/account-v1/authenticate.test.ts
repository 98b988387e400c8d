import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { assertEnvelope, type Cloud, notAllowed, startCloud, unauthorized } from '../cloud.ts';

const PATHS = ['/account/v1.0/authenticate', '/im/authenticate', '/ui/authenticate'];
const PATH = '/account/v1.0/authenticate';

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  const ask = (path: string, token: string) => cloud.send(path, { headers: { 'x-auth-token': token } });
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open);
      await body();
    });

  check('a token identifies its owner, at every address of the call', async () => {
    for (const path of PATHS.flatMap((one) => [one, `${one}/`, `${one}?`])) {
      const answer = await ask(path, cloud.first.token);
      assert.equal(answer.status, 200, answer.text);
      assertEnvelope(answer);
      const body = answer.json;
      assert.equal(body.id, cloud.first.account.id);
      assert.equal(body.uuid, cloud.first.uuid);
      assert.equal(body.username, 'test1@example.org');
      assert.equal(body.displayname, 'test1@example.org');
      assert.deepEqual(body.email, ['Test1@Example.org']);
      assert.equal(body.name, 'Ada Löve');
      assert.ok(Array.isArray(body.groups));
      assert.equal(body.auth_token, cloud.first.token);
      assert.equal(body.auth_token_created, 'Thu, 15 Jan 2026 12:00:00 GMT');
      assert.equal(body.auth_token_created_ms, Date.parse(body.auth_token_created));
      assert.equal(body.auth_token_expires_ms, Date.parse(body.auth_token_expires));
      assert.ok(!('usage' in body));
    }
  });

  check('a token in the query is not repeated', async () => {
    const answer = await cloud.send(`${PATH}?X-Auth-Token=${cloud.first.token}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.json.auth_token, null);
    const both = await cloud.send(`${PATH}?X-Auth-Token=${cloud.first.token}`, {
      headers: { 'x-auth-token': cloud.second.token },
    });
    assert.equal(both.json.uuid, cloud.first.uuid, 'the query wins');
    const empty = await ask(`${PATH}?X-Auth-Token=`, cloud.second.token);
    assert.equal(empty.json.uuid, cloud.second.uuid);
  });

  check('groups are the names of the roles', async () => {
    const answer = await ask(PATH, cloud.adminToken);
    assert.ok(answer.json.groups.includes('admin'));
  });

  check('usage is returned on request, with thirteen keys per visible resource', async () => {
    const answer = await ask(`${PATH}?usage=1`, cloud.first.token);
    const { usage } = answer.json;
    const disk = usage.find(({ name }: { name: string }) => name === 'service1.disk');
    assert.deepEqual(Object.keys(disk).sort(), [
      'currValue',
      'description',
      'display_name',
      'help_text',
      'help_text_input_each',
      'is_abbreviation',
      'maxValue',
      'name',
      'placeholder',
      'pluralized_display_name',
      'report_desc',
      'unit',
      'verbose_name',
    ]);
    assert.equal(disk.unit, 'bytes');
    assert.equal(disk.currValue, 0);
    assert.match(answer.text, /"maxValue":9223372036854775807\b/);
    for (const entry of usage) assert.notEqual(entry.name, 'astakos.pending_app', 'hidden ones stay hidden');
    assert.ok(!('usage' in (await ask(`${PATH}?usage=`, cloud.first.token)).json));
  });

  check(
    "a missing token, an unknown token and a wrong method are refused in the dialect's form",
    async () => {
      for (const path of PATHS) {
        unauthorized(await cloud.send(path), 'Access denied. No authentication token');
        unauthorized(await ask(path, ''), 'Access denied. No authentication token');
        unauthorized(await ask(path, '1234'), 'Invalid X-Auth-Token');
        unauthorized(await ask(path, cloud.component.token), 'Invalid X-Auth-Token');
        notAllowed(await cloud.send(path, { method: 'POST' }), 'GET');
        notAllowed(await cloud.send(path, { method: 'OPTIONS' }), 'GET');
      }
      assert.equal((await cloud.send(PATH, { method: 'HEAD' })).status, 405);
    },
  );

  check('malformed tokens are reported as unknown', async () => {
    for (const token of ['\u00ff\u00fe', 'x'.repeat(10_000), "'; DROP TABLE tokens", 'a|b', '%00']) {
      unauthorized(await ask(PATH, token), 'Invalid X-Auth-Token');
    }
    for (const token of [
      '%00',
      '%FF%FE',
      '%zz',
      'a&X-Auth-Token=b',
      `${'y'.repeat(10_000)}`,
      '%F0%9F%98%80',
    ]) {
      unauthorized(await cloud.send(`${PATH}?X-Auth-Token=${token}`), 'Invalid X-Auth-Token');
    }
  });

  check('inactive, expired and unsigned accounts are refused in that order', async () => {
    const own = await startCloud(open);
    const refusal = async (token: string) => {
      const answer = await own.send(PATH, { headers: { 'x-auth-token': token } });
      assert.equal(answer.status, 401);
      return answer.json.unauthorized.message;
    };
    await own.domain.terms.add('Be kind.');
    assert.equal(await refusal(own.first.token), 'Pending approval terms');
    own.clock.advance(720 * 3600_000 + 1000);
    assert.equal(await refusal(own.first.token), 'Authentication expired');
    await own.domain.accounts.deactivate(own.first.uuid, 'tidying up');
    assert.equal(await refusal(own.first.token), 'User inactive');
  });
});
