import type { Command } from 'commander';
import { leaf } from '../../command.ts';
import type { LoginOptions } from '../../service/logging-in.ts';
import type { Output } from '../../tables/printing.ts';

/** `login` and `logout` */
export function loginCommands(program: Command): void {
  leaf(program, 'login', 'Log in, and remember it on this machine', [
    'purser login --url https://accounts.example.org --email ada@example.org',
    'purser login --url https://accounts.example.org --profile work --token-stdin < token.txt',
  ])
    .option('--url <url>', 'address of the service; without it, that of the profile, or PURSER_URL')
    .option(
      '--email <email>',
      'user name or e-mail address; the password is asked for, or read from standard input',
    )
    .option('--token <token>', 'with this API token instead; other users of the machine may see it')
    .option('--token-stdin', 'with an API token that is read from standard input')
    .action(async (options: LoginOptions & { output: Output }) => (await flows()).logIn(options));

  leaf(program, 'logout', 'Revoke the token of a login, and forget it', 'purser logout').action(
    async (options: { output: Output }) => (await flows()).logOut(options),
  );
}

/** What a login takes is loaded for a login alone. */
const flows = () => import('../../service/logging-in.ts');
