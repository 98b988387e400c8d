import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { freePort } from '../../server/test/support/server-process.ts';
import { examplesOf } from '../src/help/examples.ts';
import { nameOf } from '../src/help/related-commands.ts';
import { createProgram } from '../src/program.ts';
import { leavesOf } from '../src/reference/described-command.ts';
import { DOCUMENT, newFolder, startExampleCloud } from './support/example-cloud.ts';
import { sceneFor, withWords } from './support/example-scenes.ts';
import { type Given, inShell, purserHere, type Run } from './support/running.ts';

const COMMANDS = leavesOf(createProgram());
/** They act on the machine that they run on, and are tried as processes. */
const LOCAL = ['serve', 'migrate'];

test('every command has an example', () => {
  assert.deepEqual(COMMANDS.filter((command) => examplesOf(command).length === 0).map(nameOf), []);
});

forEachEngine((engine, open, freshUrl) => {
  test('the examples of every command run as printed', async (t) => {
    const cloud = await startExampleCloud(open);
    const cwd = exampleFolder();
    for (const command of COMMANDS.filter((one) => !LOCAL.includes(nameOf(one)))) {
      const name = nameOf(command);
      await t.test(name, async () => {
        const { words = {}, files = {}, after, ...scene } = await sceneFor(name, cloud);
        const { token = cloud.purser.adminToken, stdin = '' } = scene;
        for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
        const env = {
          PURSER_URL: cloud.purser.url,
          PURSER_TOKEN: token,
          PURSER_CONFIG_HOME: cloud.configHome,
        };
        for (const example of examplesOf(command)) {
          // A process takes long, and a shell finds nothing else on the other engine.
          if (engine !== 'sqlite' && NEEDS_SHELL.test(example)) continue;
          const line = withWords(example, words);
          const { code, stderr } = await runLine(line, { env, cwd, stdin });
          assert.equal(code, 0, `${example}\n${stderr}`);
        }
        await after?.();
      });
    }
  });

  test('the service is started and its database brought to the schema as the examples say', async () => {
    const cwd = exampleFolder();
    const database = await freshUrl();
    const env = { PURSER_DATABASE_URL: database, PURSER_PORT: String(await freePort()) };
    for (const example of examplesNamed('migrate')) {
      const { code, stderr } = await inShell(example, { env, cwd });
      assert.equal(code, 0, `${example}\n${stderr}`);
    }
    for (const example of examplesNamed('serve')) {
      const served = withWords(example, { 'postgres://localhost/purser': database });
      const { code, stdout, stderr } = await inShell(served, {
        env,
        cwd,
        // It runs until the test stops it, once it has printed that it is ready.
        onStdout: (text, stop) => text.includes('Purser serves') && stop(),
      });
      assert.equal(code, 0, `${example}\n${stderr}`);
      assert.match(stdout, /Purser serves http/);
    }
  });
});

const examplesNamed = (name: string): readonly string[] =>
  COMMANDS.filter((command) => nameOf(command) === name).flatMap(examplesOf);

/** A folder with the files that examples name. */
function exampleFolder(): string {
  const folder = newFolder();
  copyFileSync(DOCUMENT, join(folder, 'services.json'));
  writeFileSync(join(folder, 'terms.html'), '<p>Be kind.</p>\n');
  return folder;
}

function runLine(line: string, options: Given): Promise<Run> {
  if (NEEDS_SHELL.test(line)) return inShell(line, options);
  const [program, ...args] = wordsOf(line);
  assert.equal(program, 'purser', line);
  return purserHere(args, options);
}

/** Redirections, pipes, variables: what a shell has to read. */
const NEEDS_SHELL = /[|<>$&;]/;

/** The words of a command line as a shell takes them, where it has nothing but words and quotes. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_all, one, two) => one ?? two));
}
