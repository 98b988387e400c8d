import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVICE_MAILS, type ServiceMails, Templates } from '../../../src/mail/templates.ts';
import { PROJECT_MAILS, type ProjectMails } from '../../../src/projects/mails/project-mails.ts';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_TOKEN } from '../../support/harness.ts';
import { type Office, openOffice } from '../workflow-v1/office.ts';

/** Statuses of an address that exists, but for another method, with a token, or with the code of a real mail. */
const ALSO_FINE = [401, 403, 405, 410];

/** Addresses of the service in a text, in their public form. */
const addressesIn = (text: string, base: string): string[] =>
  [...text.matchAll(/https?:\/\/[^\s"'<>()\\]+/g)]
    .map(([url]) => url.replace(/[.,;:]+$/, ''))
    .filter((url) => url === base || url.startsWith(`${base}/`) || url.startsWith(`${base}?`));

/** Complete addresses in the markup of a page. */
function linksOf(html: string, at: string): string[] {
  const links = [...html.matchAll(/ (?:href|src|action)="([^"#][^"]*)"/g)].map(([, link]) =>
    (link ?? '').replaceAll('&amp;', '&'),
  );
  return links.map((link) => new URL(link, at).href);
}

/**
 * Fetches addresses, and all addresses of the service in the responses, redirects included. Returns those that do
 * not exist, with the place that names them.
 */
async function deadEnds(office: Office, base: string, seeds: ReadonlyMap<string, string>) {
  const { origin } = new URL(base);
  const { origin: real } = new URL(office.url);
  const from = new Map(seeds);
  const dead: string[] = [];
  for (const [url, place] of from) {
    const headers = { accept: 'text/html,application/json', 'x-auth-token': ADMIN_TOKEN };
    const answer = await fetch(url.replace(origin, real), { headers, redirect: 'manual' });
    const text = await answer.text();
    if (answer.status >= 400 && !ALSO_FINE.includes(answer.status)) {
      dead.push(`${answer.status} ${url}, named in ${place}`);
    }
    const type = answer.headers.get('content-type') ?? '';
    const location = answer.headers.get('location');
    const named = [
      ...(location === null ? [] : [new URL(location, url).href]),
      ...(type.startsWith('text/html') ? linksOf(text, url) : []),
      ...(/json|html|yaml/.test(type) ? addressesIn(text, base) : []),
    ];
    for (const next of named) {
      if (
        !from.has(next) &&
        (next === base || next.startsWith(`${base}/`) || next.startsWith(`${origin}/`))
      ) {
        from.set(next, url);
      }
    }
  }
  return { dead, visited: [...from.keys()] };
}

forEachEngine((engine, open) => {
  if (engine === 'postgres') return;

  for (const base of ['http://127.0.0.1:8700', 'http://127.0.0.1:8700/some/cloud']) {
    test(`every address in a response exists, below ${base}`, async () => {
      const office = await openOffice(open, { env: { PURSER_BASE_URL: base } });
      const start = [
        '/',
        '/ui',
        '/ui/',
        '/im',
        '/im/',
        '/im/login?next=%2Fx',
        '/im/profile',
        '/im/landing',
        '/ui/get_services',
        '/im/get_services',
        '/ui/get_menu',
        '/im/get_menu',
        '/v1',
        '/v1/',
        '/api/docs',
        '/api/openapi.json',
        '/identity/v2.0',
        '/identity/v3',
        '/v3',
        '/identity/v3/auth/catalog',
        '/identity/v3/endpoints',
        '/identity/v3/services',
        '/identity/v3/users',
        '/identity/v3/projects',
        '/identity/v3/roles',
        '/identity/v3/domains',
        '/api/endpoints',
        '/api/components',
      ];
      const seeds = new Map(start.map((path) => [base + path, 'this test']));
      const catalog = await office.ask('admin', 'POST', '/identity/v2.0/tokens');
      for (const url of addressesIn(catalog.text, base)) seeds.set(url, 'the catalog of v2.0');
      for (const url of [`${base}/weblogin/login?next=x`, `${base}/identity/v2.0/tokens`])
        seeds.set(url, 'clients');
      const { dead, visited } = await deadEnds(office, base, seeds);
      assert.deepEqual(dead, []);
      for (const path of ['/weblogin', '/ui/landing', '/ui/logout', '/account/v1.0', '/identity/v3', '/v1']) {
        assert.ok(visited.includes(base + path), `${path} is not among the ${visited.length} addresses`);
      }
    });
  }

  test('every address in every mail exists', async () => {
    const base = 'http://127.0.0.1:8700/some/cloud';
    const env = {
      PURSER_BASE_URL: base,
      PURSER_PROJECT_NOTIFICATIONS: 'board@example.org',
    };
    const notifications = { handler_defaults: { EmailNotification: { emails: ['ops@example.org'] } } };
    const office = await openOffice(open, { env, config: { notifications } });
    await flows(office);
    await office.delivered();
    const mails = office.mails().map((mail) => mail.replace(/=\r?\n/g, '').replaceAll('=3D', '='));
    const seeds = new Map<string, string>();
    for (const mail of mails) {
      const subject = /^Subject: (.*)$/m.exec(mail)?.[1] ?? '';
      for (const url of addressesIn(mail, base)) seeds.set(url, subject);
    }
    const all = { ...SERVICE_MAILS, ...PROJECT_MAILS };
    const templates = new Templates<ServiceMails & ProjectMails>(all);
    for (const [name, { examples }] of Object.entries(all)) {
      for (const example of examples) {
        const data = JSON.parse(JSON.stringify(example).replaceAll('https://cloud.example.org', base));
        const { text, html } = templates.render(name as keyof ProjectMails, data);
        for (const url of addressesIn(`${text}\n${html}`, base)) seeds.set(url, name);
      }
    }
    const { dead } = await deadEnds(office, base, seeds);
    assert.deepEqual(dead, []);
    const tokens = [...seeds.keys()].filter((url) => url.includes('/ui/token/'));
    assert.equal(tokens.length, 4, [...seeds].join('\n'));
    assert.ok(seeds.has(`${base}/ui/`));
  });
});

/** Makes the service send mails: tasks of each type, applications, memberships and projects. */
async function flows(office: Office): Promise<void> {
  const { told, ask, owner, member, domain } = office;
  await office.invite('new@example.org');
  await office.resetPassword(owner.email);
  await told(member, 'POST', '/v1/openstack/users/email-update', { new_email: 'moved@example.org' });
  await office.signUp('workshop', 'ada@example.org');
  const { uuid } = await office.newestTask();
  await told('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true });
  await told(owner, 'POST', '/v1/openstack/quotas', { size: 'medium' });
  const native = async (who: Parameters<typeof ask>[0], method: string, path: string, body?: unknown) => {
    const answer = await ask(who, method, `/api${path}`, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text === '' ? {} : answer.json;
  };
  const person = await office.newcomer('grace@example.org');
  const token = await domain.tokens.issue(person.uuid, { name: 'unbound' });
  const grace = { ...person, token: token.secret };
  const application = await native(grace, 'POST', '/projects', {
    name: 'engine.example.org',
    end_date: '2027-01-01T00:00:00Z',
    join_policy: 'moderated',
    leave_policy: 'moderated',
    comments: 'Please.',
  });
  const { project } = application;
  const act = (path: string, action: string) =>
    native('admin', 'POST', `${path}/action`, { action, reason: 'So.' });
  await act(`/applications/${application.id}`, 'approve');
  const change = await native(grace, 'POST', `/projects/${project}/applications`, { description: 'More.' });
  await act(`/applications/${change.id}`, 'deny');
  await native('admin', 'POST', `/projects/${project}/memberships`, { user: member.uuid });
  const joined = await domain.tokens.issue(owner.uuid, { name: 'unbound' });
  const asker = { ...owner, token: joined.secret };
  const { id } = await native(asker, 'POST', `/projects/${project}/memberships`, {});
  await act(`/memberships/${id}`, 'accept');
  await native(asker, 'POST', `/memberships/${id}/action`, { action: 'leave' });
  await act(`/memberships/${id}`, 'remove');
  for (const action of ['suspend', 'unsuspend', 'terminate', 'reinstate'])
    await act(`/projects/${project}`, action);
}
