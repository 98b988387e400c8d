import type { Component, ComponentRemoved, ComponentWithToken } from '@purser/api/native/catalog/component';
import type { Service } from '@purser/api/native/catalog/service';
import type { Command } from 'commander';
import { group, leaf, listing, omitUndefined, openSession } from '../../command.ts';
import { Failure, refused, usage } from '../../failures.ts';
import { ask, canAsk } from '../../input/asking.ts';
import { confirm, YES } from '../../input/confirmation.ts';
import { preview, withDryRun } from '../../input/dry-run.ts';
import { parseDuration } from '../../input/durations.ts';
import { contentOf } from '../../input/text-input.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { componentShownView, componentView, componentWithTokenView } from '../../tables/views.ts';

interface AddOptions {
  output: Output;
  baseUrl: string;
  uiUrl?: string;
  commissionExpiry?: string;
}

interface RemoveOptions {
  output: Output;
  resolve?: string;
  yes?: true;
  dryRun?: true;
}

interface ModifyOptions {
  output: Output;
  dryRun?: true;
  authToken?: string;
  baseUrl?: string;
  uiUrl?: string;
  renewToken?: true;
  purgeServices?: true;
  commissionExpiry?: string;
  yes?: true;
}

export function componentCommands(program: Command): void {
  const component = group(program, 'component', 'Systems that register services');

  leaf(component, 'add', 'Add a component and print its secret, once', ADD_EXAMPLES)
    .argument('<name>', 'what it is to be called')
    .requiredOption('--base-url <url>', 'where its services are')
    .option('--ui-url <url>', 'where its user interface is')
    .option(...EXPIRY)
    .action(async (name: string, options: AddOptions) => {
      const commission_expiry = expirySeconds(options.commissionExpiry);
      const { connection, item, tell } = openSession(options);
      const body = omitUndefined({
        name,
        base_url: options.baseUrl,
        ui_url: options.uiUrl,
        commission_expiry,
      });
      item(await connection.post<ComponentWithToken>('/components', body), componentWithTokenView);
      tell('The token is not shown again; put it into the configuration of the component.');
    });

  listing(component, componentView, 'list', 'List components', 'purser component list --output csv').action(
    async (options: { output: Output }) => {
      const { connection, list } = openSession(options);
      list(await connection.all<Component>('/components'), componentView);
    },
  );

  leaf(component, 'show', 'Show a component and its services', 'purser component show compute')
    .argument('<component>', 'name or id')
    .action(async (reference: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      const shown = await connection.get<Component>(path`/components/${reference}`);
      const services = (await connection.all<Service>('/services')).filter(
        (service) => service.component === shown.name,
      );
      item({ ...shown, services }, componentShownView);
    });

  modifyCommand(component);

  withDryRun(
    leaf(component, 'remove', 'Remove a component and its services', [
      'purser component remove compute --yes',
      'purser component remove storage --resolve reject --yes',
    ]),
  )
    .argument('<component>', 'name or id')
    .option('--resolve <how>', 'what to do with its pending commissions: accept or reject')
    .option(...YES)
    .action(async (reference: string, { output, resolve, yes, dryRun }: RemoveOptions) => {
      if (resolve !== undefined) checkChoice(resolve);
      const session = openSession({ output });
      const { connection, done, tell } = session;
      const address = path`/components/${reference}`;
      const query = resolve === undefined ? '' : `?resolve=${resolve}`;
      if (dryRun) return preview(session, { method: 'DELETE', path: address + query });
      await confirm(`Remove component ${reference} and its services`, yes);
      const remove = (choice: string | undefined) =>
        connection.deleteFor<ComponentRemoved>(address, omitUndefined({ resolve: choice }));
      const settled = await remove(resolve).catch(async (error: unknown) => remove(await choiceAfter(error)));
      done({ removed: reference, ...settled });
      const { accepted, rejected } = settled;
      if (accepted + rejected > 0) {
        tell(`Pending commissions: ${accepted} accepted and ${rejected} rejected.`);
      }
      tell(`Component ${reference} removed.`);
    });
}

const CHOICES = ['accept', 'reject'];

function checkChoice(text: string): void {
  if (!CHOICES.includes(text)) throw usage(`'${text}' is not a valid --resolve; use accept or reject.`);
}

/** What is to become of pending commissions, for which a removal was refused: asks at a terminal. */
async function choiceAfter(error: unknown): Promise<string> {
  const pending = error instanceof Failure && error.code === 'component_commissions_pending';
  if (!pending || !canAsk()) throw error;
  const answer = (await ask(`${error.message} Accept or reject them? [accept/reject/N]`))
    .trim()
    .toLowerCase();
  if (!CHOICES.includes(answer)) throw refused('Nothing was done.');
  return answer;
}

const ADD_EXAMPLES = [
  'purser component add compute --base-url https://compute.example.org --commission-expiry 1h',
  'STORAGE_TOKEN=$(purser component add storage --base-url https://storage.example.org --field token)',
];

const EXPIRY = [
  '--commission-expiry <time>',
  "how long its commissions may stay pending: for example 900 (seconds), 15m, 1h or 7d; or 'none'",
] as const;

/** The seconds of `--commission-expiry`; null for none, undefined if it was not given. */
function expirySeconds(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'none') return null;
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw usage(`'${text}' is not a valid duration; use for example 900, 15m, 1h or 7d, or none.`);
}

function modifyCommand(component: Command): void {
  withDryRun(leaf(component, 'modify', 'Change a component', 'purser component modify compute --renew-token'))
    .argument('<component>', 'name or id')
    .option('--base-url <url>', 'where its services are')
    .option('--ui-url <url>', 'where its user interface is')
    .option('--renew-token', 'replace its secret, and print the new one')
    .option(
      '--auth-token <file>',
      "give it the secret in this file, or '-' for standard input, such as an older installation's",
    )
    .option('--purge-services', 'remove all its services')
    .option(...EXPIRY)
    .option(...YES)
    .action(async (reference: string, { output, yes, dryRun, ...changes }: ModifyOptions) => {
      if (Object.keys(changes).length === 0)
        throw usage("Say what to change; 'purser component modify --help' lists it.");
      const commission_expiry = expirySeconds(changes.commissionExpiry);
      if (changes.renewToken && changes.authToken !== undefined) {
        throw usage('Give one of --renew-token and --auth-token.');
      }
      const session = openSession({ output });
      const { connection, item, tell } = session;
      if (changes.purgeServices && !dryRun) {
        await confirm(`Remove all services of component ${reference}`, yes);
      }
      const body = omitUndefined({
        commission_expiry,
        token: changes.authToken && (await contentOf(changes.authToken)).trim(),
        base_url: changes.baseUrl,
        ui_url: changes.uiUrl,
        renew_token: changes.renewToken,
        purge_services: changes.purgeServices,
      });
      if (dryRun) return preview(session, { method: 'PATCH', path: path`/components/${reference}`, body });
      item(
        await connection.patch<ComponentWithToken>(path`/components/${reference}`, body),
        componentWithTokenView,
      );
      if (changes.renewToken) tell('The old token no longer works, and the new one is not shown again.');
    });
}
