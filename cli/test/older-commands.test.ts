import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseExact } from '@purser/text/json';
import { openOffice } from '../../server/test/conformance/workflow-v1/office.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { purserHere } from './support/running.ts';

const DOCUMENT = join(import.meta.dirname, '../../docs/reference/older-commands.md');

/** The commands in the right columns of the tables, in order, as their words. */
function commandsOf(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  const right = rows.map((row) => row.slice(row.lastIndexOf(' | ') + 3));
  return right
    .filter((cell) => !cell.startsWith('not here'))
    .flatMap((cell) => [...cell.matchAll(/`purser ([^`]+)`/g)].map(([, words = '']) => wordsOf(words)));
}

/** As a shell takes them apart; there is nothing but double quotes. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"]+|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));
}

const FILES = {
  'users.csv':
    'email,first_name,last_name,role\nfirst@example.org,Ada,"Lovelace, Countess",\nsecond@example.org,Bob,B,member\n',
  'terms.html': '<p>Be kind.</p>\n',
  'secret.txt': 'a-secret-of-an-older-installation\n',
  'emails.txt': 'first@example.org # by the file of users\nsecond@example.org\n',
  'services.json': serviceOf('storage', 'storage'),
  'network.json': serviceOf('network', 'network'),
};

function serviceOf(component: string, name: string): string {
  const endpoints = [{ versionId: 'v1.0', publicURL: `https://${component}.example.org/${name}/v1.0` }];
  return JSON.stringify({ [name]: { component, type: name, endpoints, resources: {} } });
}

forEachEngine((_engine, open) => {
  test('every command that takes the place of an older one does what it says in a cloud', async () => {
    const office = await openOffice(open);
    const { domain } = office;
    const folder = mkdtempSync(join(tmpdir(), 'purser-older-'));
    after(() => rmSync(folder, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    const run = (words: readonly string[], token: string) =>
      purserHere(words, { cwd: folder, env: { PURSER_URL: office.url, PURSER_TOKEN: token } });
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    const json = async (words: readonly string[], token = office.adminToken): Promise<any> => {
      const { code, stdout, stderr } = await run([...words, '--output', 'json'], token);
      assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
      return parseExact(stdout);
    };

    // People
    const add = async (email: string): Promise<{ id: string; token: string }> =>
      json(['user', 'add', email, '--first-name', 'Ada', '--last-name', 'Lovelace']);
    const ada = await add('ada@example.org');
    const bob = await add('bob@example.org');
    await add('renamed@example.org');
    await json(['role', 'grant', 'ada@example.org', 'member', '--project', ada.id]);
    const named = { firstName: 'A', lastName: 'B' };
    await domain.accounts.create({ email: 'unverified@example.org', ...named });
    await domain.accounts.create({ email: 'unwanted@example.org', ...named });
    for (const email of ['verified@example.org', 'spammer@example.org']) {
      const { uuid } = await domain.accounts.create({ email, ...named });
      await domain.accounts.verify(uuid);
    }
    // What services say
    await json(['component', 'add', 'images', '--base-url', 'https://images.example.org']);
    const compute = String((await json(['component', 'modify', 'compute', '--renew-token'])).token);
    const issue = async (...more: string[]): Promise<string> => {
      const charge = ['commission', 'issue', '--user', ada.id, '--resource', 'cyclades.vm=1'];
      return String((await json([...charge, ...more], compute)).serial);
    };
    const plus = (email: string) => ({
      provisions: [
        { holder: `user:${ada.id}`, source: `project:${ada.id}`, resource: 'cyclades.vm', quantity: 1 },
        { holder: `project:${ada.id}`, source: null, resource: 'cyclades.vm', quantity: 1 },
      ],
      name: email,
    });
    writeFileSync(join(folder, 'commissions.json'), JSON.stringify([plus('one'), plus('two')]));
    // Projects
    let count = 0;
    const apply = async (end = '2031-05-30', policy = 'auto'): Promise<{ id: number; project: string }> => {
      count += 1;
      const limits = ['--limit', 'cyclades.vm', '2', '10', '--limit', 'cyclades.ram', '1GiB', '10GiB'];
      const wanted = [
        'project',
        'apply',
        `p${count}.example.org`,
        '--end-date',
        end,
        '--join-policy',
        policy,
      ];
      return json([...wanted, '--leave-policy', 'auto', ...limits], ada.token);
    };
    const active = async (end?: string, policy?: string): Promise<string> => {
      const { id, project } = await apply(end, policy);
      await json(['application', 'approve', String(id)]);
      return project;
    };
    const inState = async (...actions: string[]): Promise<string> => {
      const project = await active();
      for (const action of actions) {
        await json(['project', action, project, ...(action === 'terminate' ? ['--yes'] : [])]);
      }
      return project;
    };
    const own = await active();
    await json(['membership', 'enroll', own, 'ada@example.org']);
    const membership = async (policy = 'auto'): Promise<string> =>
      String((await json(['membership', 'join', await active(undefined, policy)], bob.token)).id);
    const denied = async (): Promise<string> => {
      const { id } = await apply();
      await json(['application', 'deny', String(id)]);
      return String(id);
    };
    // Tasks
    const signUp = async (): Promise<string> => {
      count += 1;
      await office.signUp(`lab${count}`, `new${count}@example.org`);
      return (await office.newestTask()).uuid;
    };
    const approved = async (): Promise<{ task: string; token: string }> => {
      const task = await signUp();
      await json(['task', 'approve', task]);
      return { task, token: await office.tokenOf(`new${count}@example.org`) };
    };
    await office.invite('invited@example.org');
    const notification = async (): Promise<string> => {
      await signUp();
      return (await json(['notification', 'list', '--no-acknowledged']))[0].id;
    };

    /** What the words in capitals stand for in a command, where that is something of its own. */
    const OBJECTS: Record<string, () => Promise<Record<string, string>>> = {
      'project suspend': async () => ({ PROJECT: await inState() }),
      'project unsuspend': async () => ({ PROJECT: await inState('suspend') }),
      'project terminate': async () => ({ PROJECT: await inState() }),
      'project reinstate': async () => ({ PROJECT: await inState('terminate') }),
      'application approve': async () => ({ APPLICATION: String((await apply()).id) }),
      'application deny': async () => ({ APPLICATION: String((await apply()).id) }),
      'application cancel': async () => ({ APPLICATION: String((await apply()).id) }),
      'application dismiss': async () => ({ APPLICATION: await denied() }),
      'commission show': async () => ({ SERIAL: await issue() }),
      'commission accept': async () => ({ SERIAL: await issue() }),
      'commission reject': async () => ({ SERIAL: await issue() }),
      'commission resolve': async () => ({ SERIAL: await issue() }),
      'membership join': async () => ({ PROJECT: await active() }),
      'membership show': async () => ({ MEMBERSHIP: await membership() }),
      'membership leave': async () => ({ MEMBERSHIP: await membership() }),
      'membership cancel': async () => ({ MEMBERSHIP: await membership('moderated') }),
      'membership accept': async () => ({ MEMBERSHIP: await membership('moderated') }),
      'membership reject': async () => ({ MEMBERSHIP: await membership('moderated') }),
      'membership remove': async () => ({ MEMBERSHIP: await membership() }),
      'task show': async () => ({ TASK: await signUp() }),
      'task approve': async () => ({ TASK: await signUp() }),
      'task cancel': async () => ({ TASK: await signUp() }),
      'task update': async () => ({ TASK: await signUp() }),
      'task reissue-token': async () => ({ TASK: (await approved()).task }),
      'notification show': async () => ({ NOTIFICATION: await notification() }),
      'notification acknowledge': async () => ({ NOTIFICATION: await notification() }),
      'token show': async () => ({ TOKEN: (await approved()).token }),
      'token submit': async () => ({ TOKEN: (await approved()).token }),
    };
    /** In whose name a command is given, where that is not the operator's. */
    const ASKERS: Record<string, () => string> = {
      'commission issue': () => compute,
      'commission reassign': () => compute,
      'project apply': () => ada.token,
      'project request-change': () => ada.token,
      'application dismiss': () => ada.token,
      'application cancel': () => ada.token,
      'membership join': () => bob.token,
      'membership leave': () => bob.token,
      'membership cancel': () => bob.token,
    };
    /** What has to be before a command. */
    const BEFORE: Record<string, () => Promise<unknown>> = {
      'commission reassign': () => issue('--resource', 'cyclades.ram=4MiB', '--auto-accept'),
    };
    const byPrefix = <T>(table: Record<string, T>, words: readonly string[]): T | undefined =>
      table[words.join(' ')] ?? table[words.slice(0, 2).join(' ')];

    const commands = commandsOf(readFileSync(DOCUMENT, 'utf8'));
    assert.ok(commands.length > 120, `${commands.length} commands`);
    const failures: string[] = [];
    for (const words of commands) {
      await byPrefix(BEFORE, words)?.();
      // The project that goes with the workflow's people is the office's.
      const about = words[0] === 'project' && ['user', 'roles', 'quota'].includes(words[1] ?? '');
      const values: Record<string, string> = {
        PROJECT: about ? office.project : own,
        USER: ada.id,
        ...(await byPrefix(OBJECTS, words)?.()),
      };
      const filled = words.map((word) => values[word] ?? word);
      const { code, stderr } = await run(filled, byPrefix(ASKERS, words)?.() ?? office.adminToken);
      if (code !== 0) failures.push(`purser ${words.join(' ')}: ${code} ${stderr.trim()}`);
      // Tokens end with a change of the account's state, its password or its address.
      if (words[0] === 'user' && words[1] === 'modify') {
        for (const one of [ada, bob]) {
          const { active } = await json(['user', 'show', one.id]);
          if (active) one.token = (await domain.tokens.issue(one.id, { name: 'again' })).secret;
        }
      }
      // All users accept terms that are put into force, and continue.
      if (words[0] === 'terms') {
        await json(['terms', 'sign']);
        for (const { id } of [ada, bob]) await domain.accounts.signTerms(id);
      }
    }
    assert.deepEqual(failures, []);
  });
});
