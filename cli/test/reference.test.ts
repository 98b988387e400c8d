import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { nameOf, RELATED } from '../src/help/related-commands.ts';
import { neededProgram } from '../src/needed-program.ts';
import { createProgram } from '../src/program.ts';
import { describedProgram, leavesOf } from '../src/reference/described-command.ts';
import { manPage } from '../src/reference/man-page.ts';
import { commandsReference } from '../src/reference/markdown.ts';
import { purserHere } from './support/running.ts';

const pageOf = (name: string): string =>
  fileURLToPath(new URL(`../../docs/reference/${name}`, import.meta.url));

test('the reference of the commands is what the commands say', () => {
  const program = describedProgram(createProgram());
  assert.equal(readFileSync(pageOf('commands.md'), 'utf8'), commandsReference(program), 'run npm run docs');
  assert.equal(readFileSync(pageOf('purser.1'), 'utf8'), manPage(program), 'run npm run docs');
});

test('every link of the reference leads to a heading', () => {
  const page = readFileSync(pageOf('commands.md'), 'utf8');
  const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading.toLowerCase().replaceAll(' ', '-'),
  );
  const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor = '']) => anchor);
  assert.ok(links.length > anchors.length);
  assert.deepEqual(
    links.filter((link) => !anchors.includes(link)),
    [],
  );
});

test('the manual page is formatted without a warning', (t) => {
  const { error, stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tutf8', pageOf('purser.1')], {
    encoding: 'utf8',
  });
  if (error !== undefined) return t.skip('there is no groff here');
  assert.equal(stderr, '');
  assert.match(stdout, /project set-limits/i);
});

test('a command says what it does, what each argument and option is, and where else to look', () => {
  const commands = leavesOf(createProgram());
  const lacking = commands.flatMap((command) => [
    ...(command.description() === '' ? [nameOf(command)] : []),
    ...command.registeredArguments
      .filter(({ description }) => description === '')
      .map((argument) => `${nameOf(command)} <${argument.name()}>`),
    ...command.options
      .filter(({ description, hidden }) => description === '' && !hidden)
      .map(({ flags }) => `${nameOf(command)} ${flags}`),
  ]);
  assert.deepEqual(lacking, []);
  const all = new Set(commandsOf(createProgram()).map(nameOf));
  assert.deepEqual(
    Object.entries(RELATED)
      .flat(2)
      .filter((name) => !all.has(name)),
    [],
    'these are no commands',
  );
});

/** All commands, those that hold others included. */
const commandsOf = (command: Command): Command[] =>
  command.commands.flatMap((one) => [one, ...commandsOf(one)]);

test('help is found for every command, and what is misspelt is answered with what is near', async () => {
  const whole = await purserHere(['help', 'project', 'apply']);
  assert.deepEqual([whole.code, whole.stderr], [0, '']);
  assert.match(whole.stdout, /^Usage: purser project apply \[options\] <name>\n/);
  assert.match(whole.stdout, /--end-date <time>.*\n/);
  assert.match(whole.stdout, /\nSee also:\n {2}purser application show, /);
  assert.equal((await purserHere(['project', 'help', 'apply'])).stdout, whole.stdout);
  assert.equal((await purserHere(['help'])).stdout, (await purserHere(['--help'])).stdout);
  for (const [args, sentence] of [
    [['usr'], "Unknown command 'usr' (did you mean 'user'?); see 'purser --help'.\n"],
    [
      ['user', 'list', '--stat', 'x'],
      "Unknown option '--stat' (did you mean '--state'?); see 'purser user list --help'.\n",
    ],
    [
      ['user', 'show', 'a', 'b'],
      "Too many arguments for 'show': 1 expected, 2 given; see 'purser user show --help'.\n",
    ],
    [['help', 'usr'], "Unknown command 'purser usr'; 'purser help' shows all.\n"],
    [['help', 'user', 'lst'], "Unknown command 'purser user lst'; 'purser help user' shows all.\n"],
  ] as const) {
    assert.deepEqual(await purserHere([...args]), { code: 2, stdout: '', stderr: sentence });
  }
  const bare = await purserHere(['project']);
  assert.deepEqual([bare.code, bare.stdout], [2, '']);
  assert.match(bare.stderr, /^Usage: purser project /);
});

test('a command is the same whether it is loaded alone or with all others', async () => {
  for (const command of createProgram().commands) {
    const [alone] = (await neededProgram([command.name()])).commands.filter(
      (one) => one.name() === command.name(),
    );
    assert.equal(alone?.helpInformation(), command.helpInformation());
  }
});
