import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { stringifyExact } from '../../../src/lib/text/json.ts';
import { DERIVED } from '../../../src/storage/derived-columns.ts';
import { fillDerivedColumns } from '../../../src/storage/fill-derived.ts';
import type { Database } from '../../../src/storage/schema.ts';
import { forEachEngine } from '../../support/engines.ts';
import { asker, items } from '../native/asking.ts';
import { openOffice } from '../workflow-v1/office.ts';

/** Texts, and other spellings of each that have to find it. */
const SPELLINGS: readonly (readonly [string, ...string[]])[] = [
  ['Élodie', 'élodie', 'ÉLODIE', 'e\u0301lodie', 'LODIE'],
  ['Ångström', 'ångström', 'A\u030aNGSTRO\u0308M', '\u212bngström', 'STRÖM'],
  ['Ärzte Straße', 'ärzte', 'STRASSE', 'strasse', 'ä'],
  ['Οδυσσευς', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
  ['Ｆｕｌｌ 50%_x', 'full', 'FULL', '50%', '%_X', 'ｆｕｌｌ'],
];
const UNKNOWN = ['elodie', '5_%', '%', '_', 'Ö%'];

forEachEngine((_engine, open) => {
  test('searches', async (t) => {
    const office = await openOffice(open);
    const api = asker(office);
    const { storage } = office.domain;

    await t.test('users and projects are found in any letter case and normal form', async () => {
      for (const [index, [name, ...spellings]] of SPELLINGS.entries()) {
        const email = `person${index}@example.org`;
        const user = await api('POST', '/users', { email, first_name: 'Test', last_name: name });
        assert.equal(user.status, 201, stringifyExact(user.body));
        const project = await api('POST', '/projects', { name, end_date: '2031-01-01' });
        assert.equal(project.status, 201, stringifyExact(project.body));
        for (const spelling of [name, ...spellings]) {
          const search = encodeURIComponent(spelling);
          const users = items(await api('GET', `/users?limit=100&search=${search}`));
          assert.ok(
            users.some((found) => found['id'] === user.body['id']),
            `user ${name} by ${spelling}`,
          );
          const projects = items(await api('GET', `/projects?limit=100&search=${search}`));
          assert.ok(
            projects.some((found) => found['id'] === project.body['project']),
            `project ${name} by ${spelling}`,
          );
        }
        await api('PATCH', `/users/${user.body['id']}`, { last_name: 'Renamed Ärger' });
        const renamed = items(await api('GET', `/users?limit=100&search=${encodeURIComponent('RENAMED Ä')}`));
        assert.ok(renamed.some((found) => found['id'] === user.body['id']));
      }
      for (const nothing of ['elodie', '5_%', '_%', 'Ö%']) {
        for (const list of ['users', 'projects']) {
          const found = await api('GET', `/${list}?search=${encodeURIComponent(nothing)}`);
          assert.deepEqual(items(found), [], `${list} by ${nothing}`);
        }
      }
    });

    await t.test('users are found by every spelling of their address', async () => {
      for (const email of ['uwe@b\u00fccher.example', 'eva@xn--mnchen-3ya.example']) {
        const user = await api('POST', '/users', { email, first_name: 'Test', last_name: 'Domain' });
        assert.equal(user.status, 201, stringifyExact(user.body));
      }
      for (const [name, ...spellings] of [
        [
          'uwe',
          'uwe@xn--bcher-kva.example',
          'UWE@B\u00dcCHER.example',
          '"uwe"@b\u00fccher.example',
          'XN--BCHER',
        ],
        ['eva', 'eva@m\u00fcnchen.example', ' EVA@MU\u0308NCHEN.EXAMPLE ', 'xn--mnchen'],
      ]) {
        for (const spelling of spellings) {
          const found = items(await api('GET', `/users?search=${encodeURIComponent(spelling)}`));
          assert.deepEqual(
            found.map((user) => String(user['email']).slice(0, 3)),
            [name],
            spelling,
          );
        }
      }
    });

    await t.test(
      'filters of tasks and notifications without regard to letter case fold every script',
      async () => {
        await office.invite('someone@example.org');
        const { uuid } = await office.newestTask();
        const text = SPELLINGS.map(([name]) => name).join(' ');
        await office.domain.workflow.notifications.create(uuid, { notes: [text] });
        const cancelled = await api('POST', `/tasks/${uuid}/action`, { action: 'cancel', reason: text });
        assert.equal(cancelled.status, 200, stringifyExact(cancelled.body));
        const found = async (
          list: 'tasks' | 'notifications',
          field: string,
          operation: string,
          value: string,
        ) => {
          const filters = encodeURIComponent(JSON.stringify({ [field]: { [operation]: value } }));
          const answer = await office.told('admin', 'GET', `/v1/${list}?filters=${filters}`);
          return answer[list].length;
        };
        for (const [name, ...spellings] of SPELLINGS) {
          for (const spelling of [name, ...spellings]) {
            assert.equal(await found('tasks', 'task_notes', 'icontains', spelling), 1, spelling);
            assert.equal(await found('notifications', 'notes', 'icontains', spelling), 1, spelling);
          }
        }
        for (const nothing of UNKNOWN.filter((one) => one !== '%' && one !== '_')) {
          assert.equal(await found('tasks', 'task_notes', 'icontains', nothing), 0, nothing);
        }
        assert.equal(await found('tasks', 'task_notes', 'contains', 'élodie'), 0);
        assert.equal(await found('tasks', 'task_notes', 'icontains', 'ÉLODIE Å'), 1);
        assert.equal(await found('tasks', 'task_notes', 'icontains', 'LODI '), 0);
        const { task_notes } = await office.newestTask();
        const exact = async (value: unknown) => {
          const filters = encodeURIComponent(JSON.stringify({ task_notes: { iexact: value } }));
          return (await office.told('admin', 'GET', `/v1/tasks?filters=${filters}`)).tasks.length;
        };
        assert.equal(await exact(task_notes.map((note: string) => note.toUpperCase().normalize('NFD'))), 1);
      },
    );

    await t.test('every derived column holds the form of its source, whatever wrote it', async () => {
      for (const [table, columns] of Object.entries(DERIVED)) {
        const { rows } = await sql<Record<string, string | null>>`SELECT * FROM ${sql.table(table)}`.execute(
          storage.db,
        );
        for (const row of rows) {
          for (const [column, { from, form }] of Object.entries(columns)) {
            const text = row[from];
            assert.equal(row[column], text == null ? null : form(text), `${table}.${column}`);
          }
        }
      }
    });

    await t.test(
      'rows from before these columns are filled, and names that are the same by now are both kept',
      async () => {
        await api('POST', '/roles', { name: 'ﬁrst', description: '' });
        const tables = Object.keys(DERIVED) as (keyof Database)[];
        const before = new Map<string, unknown[]>();
        const all = async (table: string) =>
          (await sql<{ id: number }>`SELECT * FROM ${sql.table(table)} ORDER BY id`.execute(storage.db)).rows;
        for (const table of tables) before.set(table, await all(table));
        await storage.transaction(async ({ db }) => {
          for (const table of tables) {
            for (const column of Object.keys(DERIVED[table] ?? {})) {
              await sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = NULL`.execute(db);
            }
          }
        });
        // What nodes of this version write meanwhile stays.
        await api('POST', '/roles', { name: 'second', description: '' });
        await storage.transaction(({ db }) =>
          sql`INSERT INTO roles (name, description) VALUES ('first', '')`.execute(db),
        );
        const complaints = await fillDerivedColumns(storage);
        assert.equal(complaints.length, 1);
        assert.match(
          complaints[0] ?? '',
          /^roles: the name of row \d+, "first", is the same name as that of row \d+\./,
        );
        assert.deepEqual(await fillDerivedColumns(storage), []);
        for (const table of tables.filter((one) => one !== 'roles')) {
          assert.deepEqual(await all(table), before.get(table), table);
        }
        const named = async (name: string) =>
          items(await api('GET', '/roles?limit=100')).filter((role) => role['name'] === name).length;
        assert.deepEqual([await named('ﬁrst'), await named('first')], [1, 1]);
        assert.equal((await office.domain.roles.named('first'))?.name, 'first');
        assert.equal((await office.domain.roles.named('ﬁrst'))?.name, 'ﬁrst');
      },
    );
  });
});
