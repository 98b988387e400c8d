import type { User, UserCreated } from '@purser/api/native/user';
import { type Command, Option } from 'commander';
import { given, group, leaf, listing, openSession, type Session } from '../command.ts';
import { path } from '../connection.ts';
import { usage } from '../failures.ts';
import type { Output } from '../printing.ts';
import { userCreatedView, userView } from '../views.ts';
import { modifyUser, type UserModification } from './user-modification.ts';
import { userTokenCommand } from './user-token.ts';

interface AddOptions {
  output: Output;
  firstName: string;
  lastName: string;
  password?: string;
  generatePassword?: true;
  affiliation?: string;
}

interface ListOptions {
  output: Output;
  state?: string;
  active?: true;
  inactive?: true;
  search?: string;
}

const USER = 'uuid, number or e-mail address';

export function userCommands(program: Command): void {
  const user = group(program, 'user', 'User accounts');

  leaf(user, 'add', 'Create a user, active at once, with an API token', ADD_EXAMPLE)
    .argument('<email>', 'e-mail address, which is the user name too')
    .requiredOption('--first-name <name>', 'first name')
    .requiredOption('--last-name <name>', 'last name')
    .option('--password <password>', 'password for the web login')
    .addOption(
      new Option('--generate-password', 'make up a password, to be replaced at first login').conflicts(
        'password',
      ),
    )
    .option('--affiliation <text>', 'where the user belongs')
    .action((email: string, options: AddOptions) => add(openSession(options), email, options));

  listing(user, userView, 'list', 'List users', LIST_EXAMPLES)
    .addOption(new Option('--state <state>', 'only users in this state').choices(STATES))
    .option('--active', 'only users who may log in')
    .addOption(new Option('--inactive', 'only users who may not log in').conflicts('active'))
    .option('--search <text>', 'only users with this in their e-mail address or name')
    .action((options: ListOptions) => list(openSession(options), options));

  leaf(user, 'show', 'Show a user', 'purser user show ada@example.org')
    .argument('<user>', USER)
    .action(async (reference: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<User>(path`/users/${reference}`), userView);
    });

  modifyCommand(user);
  userTokenCommand(user, USER);
}

const ADD_EXAMPLE = 'purser user add ada@example.org --first-name Ada --last-name Lovelace --output json';
const MODIFY_EXAMPLES = [
  'purser user modify ada@example.org --set-inactive --inactive-reason "On leave"',
  'purser user modify ada@example.org --set-active --renew-token',
];
const LIST_EXAMPLES = [
  'purser user list --state pending_moderation',
  'purser user list --active --columns username,full_name,id --sort username',
];
const STATES = ['pending_verification', 'pending_moderation', 'rejected', 'active', 'inactive'];

async function add(session: Session, email: string, options: AddOptions): Promise<void> {
  const created = await session.connection.post<UserCreated>(
    '/users',
    given({
      email,
      first_name: options.firstName,
      last_name: options.lastName,
      password: options.password,
      generate_password: options.generatePassword,
      affiliation: options.affiliation,
    }),
  );
  session.item(created, userCreatedView);
  session.tell('The token is not shown again.');
}

async function list(session: Session, { state, active, inactive, search }: ListOptions): Promise<void> {
  const filter = active ? true : inactive ? false : undefined;
  session.list(await session.connection.all<User>('/users', { state, active: filter, search }), userView);
}

function modifyCommand(user: Command): void {
  leaf(user, 'modify', 'Change a user', MODIFY_EXAMPLES)
    .argument('<user>', USER)
    .option('--verify', 'take the e-mail address as verified')
    .option('--accept', 'accept the account and activate it')
    .addOption(new Option('--reject', 'reject the account').conflicts('accept'))
    .option('--reject-reason <reason>', 'why, with --reject')
    .option('--set-active', 'let the user log in again')
    .addOption(new Option('--set-inactive', 'keep the user from logging in').conflicts('setActive'))
    .option('--inactive-reason <reason>', 'why, with --set-inactive')
    .option('--set-email <email>', 'change the e-mail address, and with it the user name')
    .option('--first-name <name>', 'change the first name')
    .option('--last-name <name>', 'change the last name')
    .option('--affiliation <text>', 'change where the user belongs')
    .option('--password <password>', 'set the password for the web login')
    .option('--sign-terms', 'take the terms of service in force as accepted')
    .option('--default-project <uuid>', 'charge this project unless one is named')
    .option('--renew-token', 'revoke all API tokens and make a new one')
    .action(async (reference: string, { output, ...changes }: { output: Output } & UserModification) => {
      if (Object.keys(changes).length === 0)
        throw usage("Say what to change; 'purser user modify --help' lists it.");
      if (changes.rejectReason !== undefined && !changes.reject)
        throw usage('--reject-reason goes with --reject.');
      if (changes.inactiveReason !== undefined && !changes.setInactive) {
        throw usage('--inactive-reason goes with --set-inactive.');
      }
      await modifyUser(openSession({ output }), reference, changes);
    });
}
