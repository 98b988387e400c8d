import type { SecondFactorReset, SignInMethods } from '@purser/api/native/accounts/sign-in-methods';
import type { Command } from 'commander';
import { leaf, openSession } from '../../command.ts';
import { confirm, YES } from '../../input/confirmation.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { secondFactorResetView, signInMethodsView } from '../../tables/views.ts';

/** `user sign-in-methods USER` and `user reset-second-factor USER` */
export function userSecondFactorCommands(user: Command, userHelp: string): void {
  leaf(user, 'sign-in-methods', 'Show how a user can sign in', 'purser user sign-in-methods ada@example.org')
    .argument('<user>', userHelp)
    .action(async (reference: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<SignInMethods>(path`/users/${reference}/sign-in-methods`), signInMethodsView);
    });

  leaf(
    user,
    'reset-second-factor',
    "Remove a user's authenticator app, passkeys and recovery codes",
    'purser user reset-second-factor ada@example.org --yes',
  )
    .argument('<user>', userHelp)
    .option(...YES)
    .action(async (reference: string, options: { output: Output; yes?: true }) => {
      const { connection, item, tell } = openSession(options);
      await confirm(`Remove all second factors of ${reference}`, options.yes);
      const removed = await connection.deleteFor<SecondFactorReset>(
        path`/users/${reference}/sign-in-methods/second-factor`,
      );
      item(removed, secondFactorResetView);
      tell('The user was notified by mail.');
    });
}
