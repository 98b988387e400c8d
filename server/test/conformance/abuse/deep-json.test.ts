import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../../src/lib/limits.ts';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_TOKEN } from '../../support/harness.ts';
import { startCloud } from '../cloud.ts';

/** Calls of every dialect that read JSON: from the body, or from a query. */
const CALLS = [
  ['POST', '/api/login'],
  ['POST', '/api/users'],
  ['POST', '/api/delegates/CreateProjectAndUser'],
  ['POST', '/api/services/import'],
  ['POST', '/api/rehearsals'],
  ['POST', '/api/commissions/bulk'],
  ['POST', '/account/v1.0/commissions'],
  ['POST', '/account/v1.0/projects'],
  ['POST', '/account/v1.0/user_catalogs'],
  ['POST', '/account/v1.0/service/user_catalogs'],
  ['POST', '/identity/v2.0/tokens'],
  ['POST', '/v3/auth/tokens'],
  ['POST', '/v3/users'],
  ['POST', '/v1/actions/CreateProjectAndUser'],
  ['POST', '/v1/openstack/users/password-reset'],
  ['POST', '/v1/openstack/users/email-update'],
  ['POST', '/v1/notifications'],
  ['POST', '/v1/tokens/0123456789abcdef'],
  ['GET', '/v1/tasks?filters='],
  ['GET', '/v1/notifications?filters='],
] as const;

forEachEngine((_name, open) => {
  test('deeply nested JSON is refused in every dialect, and never causes an internal error', async () => {
    const cloud = await startCloud(open);
    const deep = (depth: number, [left, right, inside]: [string, string, string]) =>
      left.repeat(depth) + inside + right.repeat(depth);
    const shapes: [string, string, string][] = [
      ['[', ']', '1.0'],
      ['{"a":', '}', '1'],
    ];
    for (const [method, path] of CALLS) {
      const depths =
        method === 'GET' ? [LIMITS.json_depth + 1, 1000] : [LIMITS.json_depth + 1, 4000, 150_000];
      for (const depth of depths) {
        for (const shape of shapes) {
          const inner = deep(depth, shape);
          const [url, body] =
            method === 'GET'
              ? [path + encodeURIComponent(inner), undefined]
              : [path, `{"input":${inner},"x":1.5}`];
          const answer = await cloud.send(url, {
            method,
            headers: {
              'x-auth-token':
                path.includes('commissions') && !path.startsWith('/api')
                  ? cloud.component.token
                  : ADMIN_TOKEN,
              ...(body !== undefined && { 'content-type': 'application/json' }),
            },
            ...(body !== undefined && { body }),
          });
          const what = `${method} ${path} ${depth}: ${answer.status} ${answer.text.slice(0, 200)}`;
          assert.ok(answer.status >= 400 && answer.status < 500, what);
        }
      }
    }
  });
});
