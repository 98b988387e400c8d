import type { Command } from 'commander';
import { group, leaf, listing, openPrinter } from '../../command.ts';
import { usage } from '../../failures.ts';
import { confirm } from '../../input/confirmation.ts';
import { type Profile, profileNamed, readProfiles, writeProfile } from '../../service/profiles.ts';
import { comesBefore, profileHere } from '../../service/reach.ts';
import type { Output, View } from '../../tables/printing.ts';

/** A profile as it may be seen: its token only by its beginning. */
interface Shown {
  name: string;
  current: boolean;
  url: string;
  user: string | null;
  username: string | null;
  token: string | null;
  expires_at: string | null;
}

const profileView: View<Shown> = {
  fields: ['name', 'current', 'url', 'user', 'username', 'token', 'expires_at'],
  columns: ['name', 'current', 'url', 'username', 'token', 'expires_at'],
  texts: {
    token: (token) => token ?? 'logged out',
    expires_at: (at, { token }) => at ?? (token === null ? '-' : 'never'),
  },
};

/** `profile list|show|use|remove` */
export function profileCommands(program: Command): void {
  const profile = group(
    program,
    'profile',
    "Services and users that you are logged in as; 'purser login' creates them",
  );

  listing(profile, profileView, 'list', 'List profiles', 'purser profile list').action(
    (options: { output: Output }) => {
      const { current, profiles } = readProfiles();
      const shown = Object.entries(profiles).map(([name, one]) => shownOf(name, one, current));
      openPrinter(options).list(shown, profileView);
    },
  );

  leaf(profile, 'show', 'Show a profile, or the one in use', 'purser profile show')
    .argument('[name]', 'without it, the one in use')
    .action((name: string | undefined, options: { output: Output }) => {
      const found = name === undefined ? profileHere() : { name, profile: profileNamed(name) };
      if (!found) throw usage("No profile is stored; 'purser login' creates one.");
      openPrinter(options).item(shownOf(found.name, found.profile, readProfiles().current), profileView);
    });

  leaf(profile, 'use', 'Use a profile from now on', 'purser profile use default')
    .argument('<name>', "its name; 'purser profile list' shows all")
    .action((name: string, options: { output: Output }) => {
      const used = profileNamed(name);
      writeProfile(name, used, name);
      const { done, tell } = openPrinter(options);
      done({ current: name });
      const who = used.username ? `, as ${used.username}` : '';
      tell(comesBefore(name, used.url) ?? `Commands go to ${used.url} from now on${who}.`);
    });

  leaf(
    profile,
    'remove',
    'Forget a profile, without revoking its token',
    'purser profile remove default --yes',
  )
    .argument('<name>', "its name; 'purser profile list' shows all")
    .option('--yes', 'do it without asking')
    .action(async (name: string, { output, yes }: { output: Output; yes?: true }) => {
      const { token } = profileNamed(name);
      await confirm(`Forget profile ${name}`, yes);
      writeProfile(name, undefined);
      const { done, tell } = openPrinter({ output });
      done({ removed: name });
      tell(`Profile ${name} is forgotten${token ? '; its token stays good until it is revoked' : ''}.`);
    });
}

/** Enough of a token to tell it from others, and too little to use it. */
const SHOWN_CHARS = 4;

function shownOf(name: string, { url, token, expires_at, user, username }: Profile, current?: string): Shown {
  return {
    name,
    current: name === current,
    url,
    user: user ?? null,
    username: username ?? null,
    token: token === undefined ? null : `${token.slice(0, SHOWN_CHARS)}…`,
    expires_at: expires_at ?? null,
  };
}
