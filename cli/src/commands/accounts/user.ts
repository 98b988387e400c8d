import type { Role } from '@purser/api/native/accounts/role';
import type { User, UserCreated, UserName } from '@purser/api/native/accounts/user';
import type { Quota } from '@purser/api/native/ledger/quota';
import type { Membership } from '@purser/api/native/projects/membership';
import type { Project } from '@purser/api/native/projects/project';
import { type Command, Option } from 'commander';
import { group, leaf, listing, omitUndefined, openSession, type Session } from '../../command.ts';
import { Failure, refused, usage } from '../../failures.ts';
import { confirm, YES } from '../../input/confirmation.ts';
import { csvRowsOf } from '../../input/csv-input.ts';
import { withDryRun } from '../../input/dry-run.ts';
import { eachLine, type LineOutcome } from '../../input/each-line.ts';
import { PROJECT } from '../../input/project-reference.ts';
import { path } from '../../service/connection.ts';
import type { Output, View } from '../../tables/printing.ts';
import {
  type UserShown,
  userCreatedView,
  userNameView,
  userShownView,
  userView,
} from '../../tables/views.ts';
import { deleteUser, modifyUser, previewUser, type UserModification } from './user-modification.ts';
import { userSecondFactorCommands } from './user-second-factor.ts';
import { userTokenCommand } from './user-token.ts';

interface AddOptions {
  output: Output;
  firstName?: string;
  lastName?: string;
  password?: string;
  generatePassword?: true;
  affiliation?: string;
  role?: string[];
  file?: string;
  service?: string;
  username?: string;
}

interface ListOptions {
  output: Output;
  state?: string;
  active?: true;
  inactive?: true;
  pending?: true;
  role?: string;
  search?: string;
}

interface ShowOptions {
  output: Output;
  projects?: true;
  quota?: true;
}

const USER = 'uuid, number, user name or e-mail address';

export function userCommands(program: Command): void {
  const user = group(program, 'user', 'User accounts');

  leaf(user, 'add', 'Create a user, active at once, with an API token', ADD_EXAMPLES)
    .argument('[email]', 'e-mail address of a person; without it, --service or --file says who')
    .option(
      '--service <name>',
      "make a program's account of this user name, without an address and a project",
    )
    .option('--username <name>', 'user name, where it need not be the e-mail address')
    .option('--first-name <name>', 'first name')
    .option('--last-name <name>', 'last name')
    .option('--password <password>', 'password for the web login')
    .addOption(
      new Option('--generate-password', 'make up a password, to be replaced at first login').conflicts(
        'password',
      ),
    )
    .option('--affiliation <text>', 'where the user belongs')
    .option('--role <role...>', "roles on the whole cloud, such as admin; 'purser role list' shows all")
    .option(
      '--file <csv>',
      `many users: a CSV file, or '-' for standard input, whose first line names columns among ${FILE_COLUMNS.join(', ')}`,
    )
    .action((email: string | undefined, options: AddOptions) => {
      const session = openSession(options);
      const { file, service, username } = options;
      if ([email, file, service].filter((one) => one !== undefined).length !== 1) {
        throw usage('Give an e-mail address, or --service, or --file.');
      }
      if (username !== undefined && email === undefined)
        throw usage('--username goes with an e-mail address.');
      if (file !== undefined) return addAll(session, file, options);
      return add(session, { ...options, email });
    });

  listing(user, userView, 'list', 'List users', LIST_EXAMPLES)
    .addOption(new Option('--state <state>', 'only users in this state').choices(STATES))
    .option('--active', 'only users who may log in')
    .addOption(new Option('--inactive', 'only users who may not log in').conflicts('active'))
    .option('--pending', 'only users who wait for an operator: the same as --state pending_moderation')
    .option('--role <role>', 'only users with this role on the whole cloud')
    .option('--search <text>', 'only users with this in their user name, e-mail address or name')
    .action((options: ListOptions) => list(openSession(options), options));

  leaf(user, 'show', 'Show a user', 'purser user show ada@example.org --projects --quota')
    .argument('<user>', USER)
    .option('--projects', 'with the projects that the user owns or takes part in')
    .option('--quota', 'with what the user may use and does use')
    .action((reference: string, options: ShowOptions) => show(openSession(options), reference, options));

  lookUpCommand(user, 'id', 'Find the uuids of users', 'purser user id ada@example.org', 'usernames');
  lookUpCommand(
    user,
    'name',
    'Find the names of users',
    'purser user name 3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
    'ids',
  );

  modifyCommand(user);
  userTokenCommand(user, USER);
  userSecondFactorCommands(user, USER);
}

const FILE_COLUMNS = ['email', 'first_name', 'last_name', 'password', 'affiliation', 'role'];
const ADD_EXAMPLES = [
  'purser user add ada@example.org --first-name Ada --last-name Lovelace --output json',
  'purser user add --service backup --output json',
];
const MODIFY_EXAMPLES = [
  'purser user modify ada@example.org --set-inactive --inactive-reason "On leave"',
  'purser user modify ada@example.org --generate-password --end-all',
  'purser user modify ada@example.org --set-active --renew-token --yes',
];
const LIST_EXAMPLES = [
  'purser user list --state pending_moderation',
  'purser user list --active --columns username,full_name,id --sort username',
];
const STATES = ['pending_verification', 'pending_moderation', 'rejected', 'active', 'inactive', 'deleted'];

interface NewUser extends AddOptions {
  email?: string | undefined;
}

async function add(session: Session, wanted: NewUser): Promise<void> {
  await checkRoles(session, wanted.role ?? []);
  const created = await create(session, wanted);
  // Before a later step can fail: the token is shown once.
  session.item(created, userCreatedView);
  session.tell('The token is not shown again.');
  await grantRoles(session, created, wanted);
}

/** Validates all roles before creating the user. @throws Failure if one is unknown */
async function checkRoles({ connection }: Session, roles: readonly string[]): Promise<void> {
  if (roles.length === 0) return;
  const known = new Set((await connection.all<Role>('/roles')).map(({ name }) => name));
  const unknown = new Set(roles.filter((role) => !known.has(role)));
  if (unknown.size > 0) {
    throw refused(`Unknown role ${[...unknown].join(', ')}; 'purser role list' shows all.`);
  }
}

async function grantRoles({ connection }: Session, { id }: UserCreated, { role }: NewUser): Promise<void> {
  for (const one of role ?? []) await connection.put(path`/users/${id}/roles/${one}`);
}

async function create({ connection }: Session, wanted: NewUser): Promise<UserCreated> {
  const { firstName, lastName, service } = wanted;
  if (service === undefined && (firstName === undefined || lastName === undefined)) {
    throw usage(`Give ${wanted.email} a first and a last name, with --first-name and --last-name.`);
  }
  return connection.post<UserCreated>(
    '/users',
    omitUndefined({
      email: wanted.email,
      username: service ?? wanted.username,
      service: service === undefined ? undefined : true,
      first_name: firstName,
      last_name: lastName,
      password: wanted.password,
      generate_password: wanted.generatePassword,
      affiliation: wanted.affiliation,
    }),
  );
}

/** One user for each row of the file; what a row does not say the options do. */
async function addAll(session: Session, file: string, options: AddOptions): Promise<void> {
  const rows = await csvRowsOf(file, FILE_COLUMNS, ({ number, cells }) => {
    const { email = `row ${number}`, first_name = options.firstName, last_name = options.lastName } = cells;
    return [
      ...(cells['email'] === undefined ? [`row ${number} has no e-mail address`] : []),
      ...(first_name === undefined || last_name === undefined
        ? [`${email} needs a first and a last name, in the columns first_name and last_name`]
        : []),
    ];
  });
  const users = rows.map(({ cells }): NewUser => {
    const { email = '', password = options.password } = cells;
    return {
      output: options.output,
      ...omitUndefined({
        firstName: cells['first_name'] ?? options.firstName,
        lastName: cells['last_name'] ?? options.lastName,
        affiliation: cells['affiliation'] ?? options.affiliation,
        password,
        role: cells['role']?.split(/[ ,;]+/).filter((one) => one !== '') ?? options.role,
      }),
      ...(password === undefined && options.generatePassword && { generatePassword: true }),
      email,
    };
  });
  await checkRoles(
    session,
    users.flatMap(({ role }) => role ?? []),
  );
  await eachLine(
    session,
    users,
    ({ email = '' }) => email,
    async (user) => {
      const created = await create(session, user);
      try {
        await grantRoles(session, created, user);
        return created;
      } catch (error) {
        // The user exists, and the token is shown once.
        if (!(error instanceof Failure)) throw error;
        return { ...created, done: false, error: error.message };
      }
    },
    usersAddedView,
  );
  session.tell('The tokens are not shown again.');
}

const usersAddedView: View<LineOutcome & UserCreated> = {
  fields: ['line', 'done', 'error', 'id', 'token', 'password'],
  columns: ['line', 'done', 'id', 'token', 'password', 'error'],
};

async function list(session: Session, { output: _, ...options }: ListOptions): Promise<void> {
  const { state, active, inactive, pending, ...filters } = options;
  if (pending && state !== undefined) throw usage('--pending is a state; give one of --pending and --state.');
  const query = {
    ...filters,
    state: pending ? 'pending_moderation' : state,
    active: active ? true : inactive ? false : undefined,
  };
  session.list(await session.connection.all<User>('/users', query), userView);
}

async function show(session: Session, reference: string, { projects, quota }: ShowOptions): Promise<void> {
  const { connection, item } = session;
  const user = await connection.get<User>(path`/users/${reference}`);
  const shown: UserShown = { ...user };
  if (projects) {
    const filter = { state: PRESENT };
    const owned = await connection.all<Project>('/projects', { ...filter, owner: user.id });
    const joined = await connection.all<Membership>('/memberships', { user: user.id });
    shown.owned_projects = owned;
    shown.memberships = joined;
  }
  if (quota) shown.quota = await connection.all<Quota>('/quotas', { user: user.id });
  item(shown, userShownView);
}

/** Projects that are not over. */
const PRESENT = 'uninitialized,active,suspended';

function lookUpCommand(
  parent: Command,
  name: string,
  about: string,
  example: string,
  key: 'ids' | 'usernames',
): void {
  listing(parent, userNameView, name, about, example)
    .argument('<users...>', key === 'ids' ? 'their uuids' : 'their user names or e-mail addresses')
    .action(async (wanted: string[], { output }: { output: Output }) => {
      const { connection, list } = openSession({ output });
      const { items, missing } = await connection.post<Found>('/users/lookup', { [key]: wanted });
      list(items, userNameView);
      if (missing.length > 0) throw refused(`Unknown user ${missing.join(', ')}.`);
    });
}

interface Found {
  readonly items: UserName[];
  readonly missing: string[];
}

interface ModifyOptions extends UserModification {
  output: Output;
  dryRun?: true;
  yes?: true;
}

function modifyCommand(user: Command): void {
  withDryRun(leaf(user, 'modify', 'Change a user', MODIFY_EXAMPLES))
    .argument('<user>', USER)
    .option('--verify', 'take the e-mail address as verified')
    .option('--accept', 'accept the account and activate it')
    .addOption(new Option('--reject', 'reject the account').conflicts('accept'))
    .option('--reject-reason <reason>', 'why, with --reject')
    .option('--set-active', 'let the user log in again')
    .addOption(
      new Option('--set-inactive', 'keep the user from logging in; ends all tokens for good').conflicts(
        'setActive',
      ),
    )
    .addOption(
      new Option(
        '--set-deleted',
        'the same, and send no invitations and no mails about the password',
      ).conflicts(['setActive', 'setInactive']),
    )
    .option('--inactive-reason <reason>', 'why, with --set-inactive or --set-deleted')
    .option(
      '--set-email <email>',
      'change the e-mail address, and with it the user name where that is the address',
    )
    .option('--set-username <name>', 'change the user name, where it is not the e-mail address')
    .option('--first-name <name>', 'change the first name')
    .option('--last-name <name>', 'change the last name')
    .option('--affiliation <text>', 'change where the user belongs')
    .option('--password <password>', 'set the password for the web login')
    .addOption(
      new Option('--generate-password', 'make up a password, to be replaced at next login').conflicts(
        'password',
      ),
    )
    .option(
      '--end-all',
      'end all tokens and application credentials, not only those that came of logins with the old password',
    )
    .option('--sign-terms', 'take the terms of service in force as accepted')
    .option('--default-project <project>', `charge this project unless one is named: ${PROJECT}`)
    .option('--renew-token', 'revoke all API tokens and make a new one')
    .option('--delete', 'delete a user who was never accepted')
    .option(...YES)
    .action(async (reference: string, { output, dryRun, yes, ...changes }: ModifyOptions) => {
      if (Object.keys(changes).length === 0)
        throw usage("Say what to change; 'purser user modify --help' lists it.");
      if (changes.rejectReason !== undefined && !changes.reject)
        throw usage('--reject-reason goes with --reject.');
      if (changes.inactiveReason !== undefined && !changes.setInactive && !changes.setDeleted) {
        throw usage('--inactive-reason goes with --set-inactive or --set-deleted.');
      }
      const session = openSession({ output });
      if (changes.delete) return deleteUser(session, reference, changes, omitUndefined({ dryRun, yes }));
      if (dryRun) return previewUser(session, reference, changes);
      if (changes.renewToken) await confirm(`Revoke all tokens of ${reference}`, yes);
      await modifyUser(session, reference, changes);
    });
}
