import type { Argument, Command, Option } from 'commander';
import { type Connection, path } from '../service/connection.ts';
import { readProfiles } from '../service/profiles.ts';

/** Something that the word under the cursor may become. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** Asks the service on behalf of the profile that the words name, if any. */
export type Connect = (profile: string | undefined) => Connection;

/**
 * What the last of these words, which may be empty, may become: commands, options, their choices, and names that the
 * service knows. Where it cannot be asked there are none of these.
 */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  connect: Connect,
): Promise<Candidate[]> {
  const before = placeOf(program, words.slice(0, -1));
  const { place, kept, typed } = valueIn(words.at(-1) ?? '', before);
  const possible = await possibleAt(place, typed, connect);
  return possible
    .filter(({ value }) => value.startsWith(typed))
    .map(({ value, about }) => ({ value: kept + value, about }));
}

/** Where in a command the word under the cursor stands. */
interface Place {
  readonly command: Command;
  /** The option whose value it is. */
  readonly option: Option | undefined;
  /** The arguments before it. */
  readonly before: readonly string[];
  /** The profile that an option before it names. */
  readonly profile: string | undefined;
  /** Whether no options can follow. */
  readonly ended: boolean;
}

/** The option that names a profile, with the name in the same word. */
const PROFILE = '--profile=';

function placeOf(program: Command, words: readonly string[]): Place {
  let command = program;
  let option: Option | undefined;
  let profile: string | undefined;
  let ended = false;
  const before: string[] = [];
  for (const word of words) {
    if (option !== undefined && !(option.variadic && word.startsWith('-'))) {
      if (option.long === '--profile') profile = word;
      if (!option.variadic) option = undefined;
      continue;
    }
    option = undefined;
    if (ended) before.push(word);
    else if (word === '--') ended = true;
    else if (word.startsWith(PROFILE)) profile = word.slice(PROFILE.length);
    else if (word.startsWith('-')) option = valuedOption(command, word);
    else {
      const next = before.length === 0 ? command.commands.find((child) => child.name() === word) : undefined;
      if (next) command = next;
      else before.push(word);
    }
  }
  return { command, option, before, profile, ended };
}

/** What of a word is to be completed: all of it, or the value of an option that stands in the same word. */
function valueIn(word: string, place: Place): { place: Place; kept: string; typed: string } {
  const [, kept = '', typed = ''] = /^(--[^=]+=)(.*)$/s.exec(word) ?? [];
  const option =
    place.option === undefined && !place.ended ? valuedOption(place.command, kept.slice(0, -1)) : undefined;
  return option === undefined
    ? { place, kept: '', typed: word }
    : { place: { ...place, option }, kept, typed };
}

/** The option of this name if its value is the next word. */
function valuedOption(command: Command, word: string): Option | undefined {
  const option = command.options.find(({ short, long }) => short === word || long === word);
  return option && (option.required || option.optional) ? option : undefined;
}

function possibleAt(place: Place, typed: string, connect: Connect): Candidate[] | Promise<Candidate[]> {
  const { command, option, before, profile, ended } = place;
  if (option !== undefined && !(option.variadic && typed.startsWith('-'))) {
    return choicesOf(option, option.long?.slice(2) ?? '', typed, connect, profile);
  }
  if (typed.startsWith('-') && !ended) return optionsOf(command);
  if (command.commands.length > 0) return before.length === 0 ? commandsOf(command) : [];
  const { registeredArguments: all } = command;
  const argument = all[before.length] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
  if (argument === undefined) return [];
  const kind = command.parent?.name() === 'profile' ? 'profile' : argument.name();
  return choicesOf(argument, kind, typed, connect, profile);
}

function commandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ value: child.name(), about: child.description() }));
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ value: long, about: description }] : []));
}

async function choicesOf(
  { argChoices }: Argument | Option,
  kind: string,
  typed: string,
  connect: Connect,
  profile: string | undefined,
): Promise<Candidate[]> {
  if (argChoices) return argChoices.map((value) => ({ value, about: '' }));
  if (kind === 'profile') {
    return Object.entries(readProfiles().profiles).map(([value, { url }]) => ({ value, about: url }));
  }
  const source = Object.hasOwn(SOURCES, kind) ? SOURCES[kind] : undefined;
  if (source === undefined) return [];
  const items = await connect(profile).items<Item>(source.path, {
    limit: NAMES_MAX,
    ...source.query?.(typed),
  });
  const offers = items.map((item) => ({
    value: String(item[source.value]),
    about: String(item[source.about] ?? ''),
  }));
  if (!source.also || typed === '') return offers;
  // The word to complete may be the beginning of a uuid.
  return [...offers, ...offers.map(({ value, about }) => ({ value: about, about: value }))];
}

type Item = Readonly<Record<string, unknown>>;

interface Source {
  readonly path: string;
  readonly value: string;
  readonly about: string;
  readonly query?: (typed: string) => Record<string, string>;
  /** Whether its description repeats the name. */
  readonly also?: true;
}

/** A longer list does not help to find one. */
const NAMES_MAX = 200;

const USERS: Source = {
  path: path`/users`,
  value: 'username',
  about: 'full_name',
  query: (typed) => (typed === '' ? {} : { search: typed }) as Record<string, string>,
};
const PROJECTS: Source = { path: '/projects', value: 'name', about: 'id', also: true };
const PENDING = { state: 'pending' };

/** Where the names of arguments and options are found, by what these are called. */
const SOURCES: Readonly<Record<string, Source>> = {
  ...{ user: USERS, owner: USERS, member: USERS, applicant: USERS, actor: USERS },
  project: PROJECTS,
  'default-project': PROJECTS,
  resource: { path: '/resources', value: 'name', about: 'description' },
  component: { path: '/components', value: 'name', about: 'base_url' },
  service: { path: '/services', value: 'name', about: 'type' },
  role: { path: '/roles', value: 'name', about: 'description' },
  application: { path: '/applications', value: 'id', about: 'project_name', query: () => PENDING },
  task: { path: '/tasks', value: 'id', about: 'type', query: () => ({ state: 'awaiting' }) },
  webhook: { path: '/webhooks', value: 'id', about: 'url' },
};
