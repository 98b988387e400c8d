import type { Terms, TermsSummary } from '@purser/api/native/accounts/terms';
import type { User } from '@purser/api/native/accounts/user';
import type { Command } from 'commander';
import { group, leaf, listing, openSession } from '../../command.ts';
import { contentOf } from '../../input/text-input.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { termsTextView, termsView, userView } from '../../tables/views.ts';

export function termsCommands(program: Command): void {
  const terms = group(program, 'terms', 'Terms of service');

  leaf(terms, 'add', 'Put new terms in force; every user has to accept them', 'purser terms add terms.html')
    .argument('<file>', "HTML or text file, or '-' for standard input")
    .action(async (file: string, options: { output: Output }) => {
      const { connection, item, tell } = openSession(options);
      const { id, issued_at } = await connection.post<Terms>('/terms', { text: await contentOf(file) });
      item({ id, issued_at }, termsView);
      tell('Until they accept the new terms, users cannot use their tokens; that includes you.');
      if (id > 1) tell("Earlier versions stay; 'purser terms list' shows them.");
    });

  listing(terms, termsView, 'list', 'List the versions of the terms', 'purser terms list').action(
    async (options: { output: Output }) => {
      const { connection, list } = openSession(options);
      list(await connection.all<TermsSummary>('/terms'), termsView);
    },
  );

  leaf(terms, 'show', 'Show the terms in force, or an older version', 'purser terms show')
    .argument('[id]', 'id of a version')
    .action(async (id: string | undefined, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(
        await connection.get<Terms>(id === undefined ? '/terms/current' : path`/terms/${id}`),
        termsTextView,
      );
    });

  leaf(terms, 'sign', 'Accept the terms in force', 'purser terms sign').action(
    async (options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.post<User>('/terms/sign', {}), userView);
    },
  );
}
