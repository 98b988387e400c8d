import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { startPurser, type TestPurser } from '../../support/harness.ts';

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: unknown[];
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}

interface Document {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

forEachEngine((name, open) => {
  if (name !== 'sqlite') return;
  let purser: TestPurser;
  let document: Document;
  const check = (guarantee: string, body: () => Promise<void> | void) =>
    test(guarantee, async () => {
      purser = await startPurser(open, { PURSER_BASE_URL: 'http://127.0.0.1:8700/cloud' });
      document = (await (await purser.fetch('/api/openapi.json')).json()) as Document;
      await body();
    });

  const operations = (): [string, Operation][] =>
    Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/api/'))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]): [string, Operation] => [
          `${method} ${path}`,
          operation,
        ]),
      );

  check('the description is public, is OpenAPI 3.1 and names the public address', () => {
    assert.equal(document.openapi, '3.1.0');
    assert.equal(document.servers[0]?.url, 'http://127.0.0.1:8700/cloud');
  });

  check('every route is described, under its own name', () => {
    assert.ok(operations().length >= 30);
    const ids = operations().map(([, { operationId }]) => operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const [route, operation] of operations()) {
      assert.ok(operation.operationId && operation.summary && operation.tags?.length, route);
      assert.ok(operation.security, route);
      assert.ok(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        route,
      );
      for (const { description } of Object.values(operation.responses)) {
        assert.notEqual(description, 'Default Response', route);
      }
    }
  });

  check('errors are described as problem details', () => {
    for (const [route, { responses }] of operations()) {
      for (const [status, { content }] of Object.entries(responses)) {
        if (status.startsWith('4')) assert.ok(content?.['application/problem+json'], `${route} ${status}`);
      }
    }
  });

  check('every reference can be resolved', () => {
    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    assert.ok(references.length > 0);
    for (const reference of references) {
      const schema = /#\/components\/schemas\/([^"]+)"$/.exec(reference)?.[1] ?? '';
      assert.ok(schema in document.components.schemas, reference);
    }
  });

  check('the largest limit is written exactly', async () => {
    const text = await (await purser.fetch('/api/openapi.json')).text();
    assert.match(text, /"maximum":9223372036854775807[,}]/);
    assert.doesNotMatch(text, /9223372036854775808/);
  });

  check('the documentation page loads everything from this service', async () => {
    for (const path of ['/api/docs', '/api/docs/']) {
      const response = await purser.fetch(path);
      assert.equal(response.status, 200);
      const policy = response.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'/);
      assert.doesNotMatch(policy, /https?:/);
      const html = await response.text();
      assert.doesNotMatch(html, /(?:src|href)="(?:https?:)?\/\//);
      assert.match(html, /<title>Purser API<\/title>/);
      assert.match(html, /<link rel="icon"[^>]* href="[^"]*favicon\.svg"/);
      for (const [, address = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
        const url = new URL(address, `${purser.url}/api/docs/`);
        const asset = await fetch(url);
        assert.equal(asset.status, 200, address);
        // An unread body keeps its connection busy, and the service from closing.
        await asset.arrayBuffer();
      }
    }
    const { info } = JSON.parse(await (await purser.fetch('/api/openapi.json')).text());
    assert.equal(info.title, 'Purser API');
    const initializer = await (await purser.fetch('/api/docs/static/swagger-initializer.js')).text();
    assert.match(initializer, /validatorUrl["']?: ?null/);
    const [, logo = ''] = /data:image\/svg\+xml;base64,([A-Za-z0-9+/=]+)/.exec(initializer) ?? [];
    assert.match(Buffer.from(logo, 'base64').toString(), />Purser API</);
  });
});
