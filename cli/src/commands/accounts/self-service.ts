import type { DelegateAnswer, DelegateApi, DelegateQuestion } from '@purser/api/native/workflow/delegate';
import { type Command, Option } from 'commander';
import { group, leaf, listing, omitUndefined, openSession } from '../../command.ts';
import { ask, askForTask } from '../../input/delegates.ts';
import { fieldsOf } from '../../input/field-values.ts';
import { contentOf } from '../../input/text-input.ts';
import { openWithoutLogin } from '../../service/without-login.ts';
import type { Output, View } from '../../tables/printing.ts';
import { delegateView } from '../../tables/workflow-views.ts';
import { about } from '../projects/project-people.ts';

const PROJECT = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';

/** What people ask for themselves: `signup`, `password forgot`, `feedback send`, and any delegate API. */
export function selfServiceCommands(program: Command): void {
  leaf(
    program,
    'signup',
    'Ask for an account and a project; needs no token',
    'purser signup ada@example.org lab',
  )
    .argument('<email>', 'e-mail address')
    .argument('<project>', 'what the project is to be called')
    .option('--setup-network', 'with a network, where the cloud has them')
    .action(async (email: string, project_name: string, { output, setupNetwork }: SignUpOptions) => {
      const input = { email, project_name, setup_network: setupNetwork === true };
      await askForTask(openWithoutLogin({ output }), 'SignUp', { method: 'POST', input });
    });

  const password = group(program, 'password', 'Passwords for the web login');
  leaf(
    password,
    'forgot',
    'Have a new password set, by a mail; needs no token',
    'purser password forgot ada@example.org',
  )
    .argument('<email>', 'whose password it is')
    .action(async (email: string, options: { output: Output }) => {
      await askForTask(openWithoutLogin(options), 'UserResetPassword', { method: 'POST', input: { email } });
    });

  const feedback = group(program, 'feedback', 'A word to those who run the cloud');
  leaf(feedback, 'send', 'Send it', 'purser feedback send "The new console is a pleasure."')
    .argument('<message>', "what you have to say, or '-' for standard input")
    .option('--data <text>', 'what a program adds to it')
    .action(async (text: string, { output, data }: { output: Output; data?: string }) => {
      const { connection, done, tell } = openSession({ output });
      const message = text === '-' ? await contentOf('-') : text;
      await connection.send('/feedback', { message, ...omitUndefined({ data }) });
      done({ sent: true });
      tell('Sent.');
    });

  const delegate = group(program, 'delegate', 'The APIs by which people ask for tasks');
  listing(delegate, delegateView, 'list', 'List them', 'purser delegate list').action(
    async (options: { output: Output }) => {
      const { connection, list } = openSession(options);
      list(await connection.items<DelegateApi>('/delegates'), delegateView);
    },
  );
  leaf(
    delegate,
    'ask',
    'Ask one of them',
    `purser delegate ask UserList --project ${PROJECT} email=grace@example.org 'roles=["member"]'`,
  )
    .argument('<api>', "its name, as in 'purser delegate list'")
    .argument('[fields...]', 'the input, as NAME=VALUE; a value can be JSON')
    .addOption(
      new Option('--method <method>', 'which of its methods')
        .choices(['GET', 'POST', 'PUT', 'DELETE'])
        .default('POST'),
    )
    .option('--param <pairs...>', 'parameters of its path, as NAME=VALUE')
    .option(
      '--project <project>',
      'the project that it is about: name, uuid or number; without it, your default one',
    )
    .action(async (api: string, fields: string[], options: AskOptions) => {
      const { output, method, param = [], project } = options;
      const input = fieldsOf(fields);
      const params = Object.fromEntries(
        Object.entries(fieldsOf(param)).map(([name, value]) => [name, String(value)]),
      );
      const session = openSession({ output });
      const question = await about(session, project, { method, params, input });
      session.item(await ask(session, api, question), answerView);
    });
}

interface SignUpOptions {
  output: Output;
  setupNetwork?: true;
}

interface AskOptions {
  output: Output;
  method: DelegateQuestion['method'];
  param?: string[];
  project?: string;
}

const answerView: View<DelegateAnswer> = { fields: ['accepted', 'answer', 'replaced'], columns: [] };
