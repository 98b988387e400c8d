import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { forEachEngine } from '../../support/engines.ts';
import { assertEnvelope, type Cloud, person, startCloud } from '../cloud.ts';

const TOKENS = '/identity/v2.0/tokens';

function parsedXml(text: string) {
  assert.equal(XMLValidator.validate(text), true, text);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    isArray: (name) => ['service', 'endpoint', 'role'].includes(name),
    parseAttributeValue: false,
    parseTagValue: false,
  });
  return parser.parse(text);
}

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open);
      await body();
    });

  check('the format parameter overrides Accept, and Accept is read from left to right', async () => {
    const xml = 'application/xml; charset=UTF-8';
    const json = 'application/json; charset=UTF-8';
    const cases: [string, string | undefined, string][] = [
      ['', undefined, json],
      ['', '*/*', json],
      ['', 'application/xml', xml],
      ['', 'text/html, application/xml;q=0.1, application/json', xml],
      ['', 'text/html, application/json;q=0.1, application/xml', json],
      ['?format=xml', 'application/json', xml],
      ['?format=json', 'application/xml', json],
      ['?format=yaml', 'application/xml', xml],
      ['?format=', undefined, json],
    ];
    for (const [query, accept, type] of cases) {
      const answer = await cloud.send(TOKENS + query, {
        method: 'POST',
        headers: accept === undefined ? {} : { accept },
      });
      assert.equal(answer.headers['content-type'], type, `${query} ${accept}`);
      assertEnvelope(answer);
    }
  });

  check('an XML response is well formed and has the same content as the JSON response', async () => {
    const odd = await person(cloud, 'odd@example.org', `<O'Neill> & "Co`, 'Ünï\u{1F600}');
    const body = { auth: { token: { id: odd.token } } };
    const json = (await cloud.post(TOKENS, body)).json.access;
    const answer = await cloud.post(`${TOKENS}?format=xml`, body);
    assert.equal(answer.status, 200);
    assertEnvelope(answer);
    const { access } = parsedXml(answer.text);
    assert.equal(access['@xmlns'], 'http://docs.openstack.org/identity/api/v2.0');
    assert.ok(access['@xmlns:SNF']);
    assert.equal(access.token['@id'], odd.token);
    assert.equal(access.token['@expires'], json.token.expires);
    assert.equal(access.token.tenant['@id'], json.token.tenant.id);
    assert.equal(access.token.tenant['@name'], json.token.tenant.name);
    assert.equal(access.user['@name'], json.user.name);
    assert.equal(access.user.projects, undefined);
    assert.deepEqual(
      access.user.roles.role.map((role: Record<string, string>) => role['@name']),
      json.user.roles.map(({ name }: { name: string }) => name),
    );
    const services = access.serviceCatalog.service;
    assert.deepEqual(
      services.map((service: Record<string, string>) => service['@name']),
      json.serviceCatalog.map(({ name }: { name: string }) => name),
    );
    const first = services.find((service: Record<string, string>) => service['@name'] === 'service1');
    assert.equal(first.endpoint[0]['@publicURL'], 'http://testing.example.org/service1');
    assert.equal(first.endpoint[0]['@SNF:uiURL'], 'http://testing.example.org/ui?a=1&b=2');
  });

  check('a JSON response is always ASCII: the oldest clients can read nothing else', async () => {
    const odd = await person(cloud, 'odd@example.org', 'Zoë \u{1F600}', 'Ünï 名');
    const answers = [
      await cloud.post(TOKENS, { auth: { token: { id: odd.token } } }),
      await cloud.send('/account/v1.0/authenticate', { headers: { 'x-auth-token': odd.token } }),
      await cloud.send('/ui/get_menu', { headers: { 'x-auth-token': odd.token } }),
      await cloud.send(TOKENS, { method: 'POST', body: '{}', headers: { 'content-type': 'té' } }),
    ];
    for (const { text, headers } of answers) {
      assert.match(text, /^[\0-\x7f]+$/);
      assert.equal(headers['content-length'], String(text.length));
    }
    assert.equal(answers[0]?.json.access.user.name, 'Zoë \u{1F600} Ünï 名');
    assert.equal(answers[1]?.json.name, 'Zoë \u{1F600} Ünï 名');
  });

  check('faults are XML on request', async () => {
    const cases: [string, string][] = [
      ['/identity/v2.0/tokens?format=xml', 'notAllowed'],
      ['/identity/nothing.xml', 'badRequest'],
      ['/identity/v2.0/tokens/%3Cx%3E?format=xml', 'itemNotFound'],
    ];
    for (const [path, name] of cases) {
      const answer = await cloud.send(path);
      assert.equal(answer.headers['content-type'], 'application/xml; charset=UTF-8');
      const fault = parsedXml(answer.text)[name];
      assert.equal(fault['@xmlns'], 'http://docs.openstack.org/identity/api/v2.0');
      assert.equal(fault['@code'], String(answer.status));
      assert.ok(fault.message);
    }
  });

  check('text from a request is escaped in a fault', async () => {
    const type = `application/"><x>&'`;
    const answer = await cloud.send(`${TOKENS}?format=xml`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': type },
    });
    const fault = parsedXml(answer.text).badRequest;
    assert.ok(fault.message.includes('&') || fault.message.includes('amp'), answer.text);
    assert.equal(
      Object.keys(fault)
        .filter((key) => !key.startsWith('@'))
        .join(),
      'message,details',
    );
  });
});
