import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { newFolder } from './support/example-cloud.ts';
import { inShell, purserCommand, purserHere } from './support/running.ts';

const LATIN = Buffer.from('# Z\xfcrich\nservice_name: Caf\xe9\n', 'latin1');

test('migrate creates the database, its log and its folder for its owner alone, whatever the mask is', async () => {
  const cwd = newFolder();
  const { code, stderr } = await inShell('umask 000; purser migrate; sleep 0', { cwd });
  assert.equal(code, 0, stderr);
  assert.equal(statSync(join(cwd, 'data')).mode & 0o777, 0o700);
  for (const file of readdirSync(join(cwd, 'data'))) {
    assert.equal(statSync(join(cwd, 'data', file)).mode & 0o777, 0o600, file);
  }
});

test('a variable that is no setting is refused with the nearest name; those of others are left alone', async () => {
  const cwd = newFolder();
  const refused = await purserHere(['config'], { cwd, env: { PURSER_PROT: '1', PURSER_BASEURL: 'x' } });
  assert.deepEqual(
    [refused.code, refused.stderr],
    [
      1,
      'PURSER_PROT is not a setting. The nearest is PURSER_PORT.\n' +
        'PURSER_BASEURL is not a setting. The nearest is PURSER_BASE_URL.\n',
    ],
  );
  const env = {
    ...{ PURSER_URL: 'http://127.0.0.1:8700', PURSER_TOKEN: 'x', PURSER_PROFILE: 'x', PURSER_TIMEOUT: '1' },
    ...{ PURSER_CHROMIUM: 'x', PURSER_NEWEST_NODE: 'x', PURSER_TEST_POSTGRES_URL: 'x', PURSER_EMPTY: '' },
    ...{ PURSER_SERVICE_HOST: '10.0.0.1', PURSER_SERVICE_PORT: '80', PURSER_PORT_80_TCP_ADDR: '10.0.0.1' },
  };
  assert.equal((await purserHere(['config'], { cwd, env })).code, 0);
  for (const command of ['serve', 'migrate']) {
    const { code, stderr } = await purserCommand([command], { cwd, env: { PURSER_PROT: '1' } });
    assert.deepEqual([code, stderr], [1, 'PURSER_PROT is not a setting. The nearest is PURSER_PORT.\n']);
  }
  assert.deepEqual(readdirSync(cwd), []);
});

test('config shows the settings, and then all that a start would refuse', async () => {
  const cwd = newFolder();
  const templates = join(cwd, 'mails');
  mkdirSync(templates);
  writeFileSync(join(templates, 'unknown.txt.eta'), 'x');
  const settings = {
    feature_sets: ['@example/nothing'],
    mail_templates: templates,
  };
  writeFileSync(join(cwd, 'purser.yaml'), JSON.stringify(settings));
  const { code, stdout, stderr } = await purserHere(['config', '--output', 'csv'], { cwd });
  assert.equal(code, 1);
  assert.match(stdout, /^port,PURSER_PORT,8700,default/m);
  assert.match(stderr, /^.*unknown\.txt\.eta is not the name of a template/m);
  assert.match(stderr, /^feature_sets: The package '@example\/nothing' cannot be loaded/m);

  writeFileSync(join(templates, 'unknown.txt.eta'), '');
  const tasks = { create_project_and_user: { actions: { NoSuchAction: {} }, nonsense: 1 } };
  writeFileSync(join(cwd, 'purser.yaml'), JSON.stringify({ workflow: { tasks } }));
  const workflow = await purserHere(['config'], { cwd });
  assert.equal(workflow.code, 1);
  assert.match(workflow.stderr, /create_project_and_user/);
  assert.deepEqual(readdirSync(cwd).sort(), ['mails', 'purser.yaml']);
});

test('config reports the faults of the file, the environment and what they name at once', async () => {
  const cwd = newFolder();
  const settings = { nonsense: 1, port: 'many', feature_sets: ['@example/nothing'], mail_url: 'gopher://x' };
  writeFileSync(join(cwd, 'purser.yaml'), JSON.stringify(settings));
  const env = {
    PURSER_PROT: '1',
    PURSER_MAIL_TEMPLATES: join(cwd, 'missing'),
    PURSER_DATABASE_URL: 'sqlite:purser.yaml',
  };
  const { code, stdout, stderr } = await purserHere(['config', '--output', 'csv'], { cwd, env });
  assert.equal(code, 1);
  assert.match(stdout, /^host,PURSER_HOST,127\.0\.0\.1,default/m);
  const wanted = [
    /^PURSER_PROT is not a setting/m,
    /^purser\.yaml: nonsense is not a setting/m,
    /^purser\.yaml: port: /m,
    /^purser\.yaml: mail_url: /m,
    /missing/,
    /^feature_sets: The package '@example\/nothing' cannot be loaded/m,
    /^The database .*purser\.yaml cannot be used: the file is not an SQLite database\./m,
  ];
  for (const fault of wanted) assert.match(stderr, fault);
  writeFileSync(join(cwd, 'purser.yaml'), 'port: [');
  const { stderr: unread } = await purserHere(['config'], {
    cwd,
    env: { PURSER_PROT: '1', PURSER_PORT: 'x' },
  });
  for (const fault of [/^purser\.yaml: /m, /^PURSER_PROT is not a setting/m, /^PURSER_PORT: /m])
    assert.match(unread, fault);
});

test('config says whether the database can be reached, and creates none', async () => {
  const cwd = newFolder();
  const absent = await purserHere(['config'], { cwd });
  assert.equal(absent.code, 0);
  assert.match(
    absent.stderr,
    /^The database .*purser\.db does not exist yet; the first start creates it\.$/m,
  );
  assert.deepEqual(readdirSync(cwd), []);
  assert.equal((await purserCommand(['migrate'], { cwd })).code, 0);
  assert.match(
    (await purserHere(['config'], { cwd })).stderr,
    /^The database .*purser\.db exists and can be opened\.$/m,
  );
  writeFileSync(join(cwd, 'file'), '');
  const cases: [url: string, reason: RegExp][] = [
    ['sqlite:file/inside/purser.db', /cannot be used: .*file.* is not a folder \(ENOTDIR\)\./],
    ['sqlite:data', /cannot be used: it is a folder, not a file \(EISDIR\)\./],
    [
      'postgres://127.0.0.1:1/purser',
      /^The database purser at 127\.0\.0\.1:1 cannot be used: nothing listens/m,
    ],
  ];
  for (const [url, reason] of cases) {
    const { code, stderr } = await purserHere(['config'], { cwd, env: { PURSER_DATABASE_URL: url } });
    assert.equal(code, 1);
    assert.match(stderr, reason);
    assert.match(stderr, /It is set by PURSER_DATABASE_URL\.$/m);
  }
});

test('a placeholder in a mail that nothing replaces stops the start', async () => {
  const cwd = newFolder();
  const mail = {
    subject: 'News of %(tenant)s from %(service_name)s',
    from: 'bounce+%(service_name)s@example.org',
  };
  const workflow = {
    task_defaults: { emails: { initial: mail } },
    action_defaults: { SendAdditionalEmailAction: { token: { subject: '%(task_uuid)s' } } },
  };
  writeFileSync(join(cwd, 'purser.yaml'), JSON.stringify({ workflow }));
  for (const [run, command] of [
    [purserHere, 'config'],
    [purserCommand, 'serve'],
  ] as const) {
    const { code, stderr } = await run([command], { cwd });
    assert.equal(code, 1);
    assert.ok(
      stderr.includes(
        'workflow.task_defaults.emails.initial.subject: %(tenant)s is not a placeholder; the only one is %(service_name)s.',
      ),
      stderr,
    );
    assert.match(stderr, /initial\.from: %\(service_name\)s is not a placeholder; .* %\(task_uuid\)s\.$/m);
    assert.match(stderr, /SendAdditionalEmailAction\.token\.subject: %\(task_uuid\)s is not a placeholder/);
  }
});

test('settings and templates that are not UTF-8 are refused with their line and byte', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'purser.yaml'), LATIN);
  const settings = await purserHere(['config'], { cwd });
  assert.deepEqual(
    [settings.code, settings.stderr],
    [1, 'purser.yaml, line 1, byte 4: 0xFC is not UTF-8; save the text as UTF-8.\n'],
  );
  const templates = join(cwd, 'mails');
  mkdirSync(templates);
  writeFileSync(join(templates, 'feedback.txt.eta'), LATIN);
  writeFileSync(join(templates, 'token.txt.eta'), LATIN);
  writeFileSync(join(cwd, 'purser.yaml'), JSON.stringify({ workflow: { templates } }));
  const env = { PURSER_MAIL_TEMPLATES: templates };
  const [mails, tasks] = [await purserHere(['config'], { cwd, env }), await purserHere(['config'], { cwd })];
  assert.match(
    mails.stderr,
    /feedback\.txt\.eta, line 1, byte 4: 0xFC is not UTF-8|token\.txt\.eta is not the name/,
  );
  assert.match(tasks.stderr, /token\.txt\.eta, line 1, byte 4: 0xFC is not UTF-8/);
});

test('a folder of templates that cannot be read is named, with the setting', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'file'), '');
  for (const folder of ['missing', 'file']) {
    writeFileSync(join(cwd, 'purser.yaml'), JSON.stringify({ workflow: { templates: join(cwd, folder) } }));
    const { code, stderr } = await purserHere(['config'], { cwd });
    assert.equal(code, 1);
    assert.ok(stderr.includes(join(cwd, folder)), stderr);
    assert.match(stderr, /templates/);
  }
});

test('a settings file that is no YAML is refused with its name and line, and without what the line says', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'purser.yaml'), 'port: 8700\nadmin_password: "secret\n');
  const { code, stderr } = await purserHere(['config'], { cwd });
  assert.equal(code, 1);
  assert.match(stderr, /^purser\.yaml: .* at line \d+/);
  assert.doesNotMatch(stderr, /secret/);
});

test('a database file that cannot be used is named, with what is wrong and the setting', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'file'), 'This is no database. '.repeat(100));
  mkdirSync(join(cwd, 'folder'));
  const cases: [string, RegExp][] = [
    ['file', /: the file is not an SQLite database\. /],
    ['folder', /: it is a folder, not a file \(EISDIR\)\. /],
    ['file/purser.db', /: .*\/file is not a folder \((ENOTDIR|EEXIST)\)\. /],
  ];
  for (const [path, reason] of cases) {
    const env = { PURSER_DATABASE_URL: `sqlite:${path}` };
    for (const command of ['migrate', 'serve']) {
      const { code, stderr } = await purserCommand([command], { cwd, env });
      assert.equal(code, 1);
      const name = join(cwd, path).replaceAll('.', '\\.');
      assert.match(stderr, new RegExp(`^The database ${name} cannot be used`));
      assert.match(stderr, reason);
      assert.match(stderr, / It is set by PURSER_DATABASE_URL\.\n$/);
    }
  }
  writeFileSync(join(cwd, 'purser.yaml'), 'database_url: sqlite:file\n');
  const { stderr } = await purserCommand(['migrate'], { cwd });
  assert.match(stderr, / It is set by purser\.yaml: database_url\.\n$/);
});

test('a data folder without the right to write is named', { skip: process.getuid?.() === 0 }, async () => {
  const cwd = newFolder();
  chmodSync(cwd, 0o500);
  const { stderr } = await purserCommand(['migrate'], { cwd });
  assert.match(stderr, /there is no permission to write in .*\(EACCES\)/);
});

test('a database of a newer version is named', async () => {
  const cwd = newFolder();
  assert.equal((await purserCommand(['migrate'], { cwd })).code, 0);
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(join(cwd, 'data', 'purser.db'));
  db.exec("INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ('9999-future', 'x', 0)");
  db.close();
  const newer = await purserCommand(['migrate'], { cwd });
  assert.equal(newer.code, 1);
  assert.match(
    newer.stderr,
    /^The database .*purser\.db cannot be used: The database is from a newer version of Purser: it has migration 9999-future\. It is set by PURSER_DATABASE_URL, which has its default\.\n$/,
  );
});

forEachEngine((engine, _open, freshUrl) => {
  if (engine === 'sqlite') return;
  test('config reaches a database on a server, without changing it', async () => {
    const env = { PURSER_DATABASE_URL: await freshUrl() };
    const { code, stderr } = await purserHere(['config'], { cwd: newFolder(), env });
    assert.equal(code, 0);
    assert.match(stderr, /^The database purser_test_\w+ at \S+ can be reached\.$/m);
    const missing = new URL(env.PURSER_DATABASE_URL);
    missing.pathname = '/nothing_here';
    const refused = await purserHere(['config'], {
      cwd: newFolder(),
      env: { PURSER_DATABASE_URL: missing.href },
    });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /database "nothing_here" does not exist \(3D000\)/);
  });

  test('errors of a refused password and a missing database do not print the password', async () => {
    const cwd = newFolder();
    const url = new URL(await freshUrl());
    url.password = 'not-the-password';
    const wrong = await purserCommand(['migrate'], { cwd, env: { PURSER_DATABASE_URL: url.href } });
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /^The database purser_test_.* at .* cannot be used: password authentication failed/,
    );
    assert.match(wrong.stderr, /correct the password in the URL\. It is set by PURSER_DATABASE_URL\.\n$/);
    assert.doesNotMatch(wrong.stderr, /not-the-password/);
    const missing = new URL(await freshUrl());
    missing.pathname = '/nothing_here';
    const { stderr } = await purserCommand(['serve'], { cwd, env: { PURSER_DATABASE_URL: missing.href } });
    assert.match(
      stderr,
      /database "nothing_here" does not exist \(3D000\); create it, or correct the name in the URL\./,
    );
  });
});
