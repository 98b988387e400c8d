import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { asker, items } from './conformance/native/asking.ts';
import { openOffice } from './conformance/workflow-v1/office.ts';
import { forEachEngine } from './support/engines.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'feature-set.md'), 'utf8');

/** The files in the guide, by their names. */
function filesOfGuide(): [name: string, text: string][] {
  return [...GUIDE.matchAll(/^`([^`]+)`:\n\n```\w+\n(.*?)^```$/gms)].map(([, name = '', text = '']) => [
    name,
    text,
  ]);
}

forEachEngine((_engine, open) => {
  test('the package of the guide to feature sets works as the guide describes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'purser-guide-'));
    after(() => rmSync(folder, { recursive: true, force: true }));
    const files = filesOfGuide();
    assert.deepEqual(
      files.map(([name]) => name),
      ['package.json', 'index.js', 'templates/subscribed.txt.eta'],
    );
    for (const [name, text] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const said: string[] = [];
    const chat = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => said.push(text));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve));
    after(() => new Promise<void>((resolve) => chat.close(() => resolve())));
    const url = `http://127.0.0.1:${(chat.address() as { port: number }).port}/`;
    const settings = (/```yaml\n(.*?)```/s.exec(GUIDE)?.[1] ?? '')
      .replace('/etc/purser/mailing-lists', folder)
      .replace('/var/lib/lists', folder)
      .replace('https://chat.example.org/hooks/operators', url);
    const office = await openOffice(open, { config: parse(settings) as object });
    const operator = asker(office);

    const asked = await office.told(office.member, 'POST', '/v1/lists/devel/subscriptions');
    assert.deepEqual(said, [
      JSON.stringify({ text: "subscribe_to_list: 'subscribe_to_list' task needs approval." }),
    ]);
    assert.equal(items(await operator('GET', '/notifications?acknowledged=false')).length, 0);
    assert.equal((await office.ask(office.member, 'POST', '/v1/lists/devel/subscriptions')).status, 409);
    const [waiting] = items(await operator('GET', '/approvals'));
    assert.equal(waiting?.['id'], asked.task);
    assert.deepEqual(waiting?.['outlook'], {
      projects: [],
      users: [{ name: 'member@example.org', gains: ['list devel'], loses: [] }],
      limits: [],
    });
    const approved = await operator('POST', `/approvals/task/${asked.task}`, { decision: 'approve' });
    assert.equal(approved.body['state'], 'completed');
    assert.equal(readFileSync(join(folder, 'devel.txt'), 'utf8'), 'member@example.org\n');
    const [mail = ''] = await office.mailsTo('member@example.org');
    assert.match(mail, /Subject: You are on the list/);
    assert.match(mail, /member@example\.org is on the list devel from now on\./);

    const unknown = await office.told(office.member, 'POST', '/v1/lists/nowhere/subscriptions');
    const { valid, reasons } = (await operator('GET', `/tasks/${unknown.task}`)).body;
    assert.deepEqual([valid, reasons], [false, ["There is no list 'nowhere'."]]);
    const anonymous = await office.ask(null, 'POST', '/v1/lists/devel/subscriptions');
    assert.equal(anonymous.status, 401);
  });
});
