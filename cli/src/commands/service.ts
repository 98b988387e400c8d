import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { Service, ServiceImported } from '@purser/api/native/service';
import type { Command } from 'commander';
import { group, leaf, listing, openSession } from '../command.ts';
import { path } from '../connection.ts';
import { usage } from '../failures.ts';
import { currentIo } from '../io.ts';
import type { Output } from '../printing.ts';
import { serviceView } from '../views.ts';

export function serviceCommands(program: Command): void {
  const service = group(program, 'service', 'The service catalog');

  leaf(service, 'import', 'Register the services and resources of a document', [
    'purser service import services.json',
    'purser service import - < services.json',
  ])
    .argument('<file>', "JSON file, or '-' for standard input")
    .action(async (file: string, options: { output: Output }) => {
      const { connection, done, tell } = openSession(options);
      const { messages, warnings } = await connection.postText<ServiceImported>(
        '/services/import',
        await documentText(file),
      );
      done({ messages, warnings });
      for (const message of messages) tell(message);
      for (const warning of warnings) tell(`Warning: ${warning}`);
    });

  listing(service, serviceView, 'list', 'List services', 'purser service list').action(
    async (options: { output: Output }) => {
      const { connection, list } = openSession(options);
      list(await connection.all<Service>('/services'), serviceView);
    },
  );

  leaf(service, 'show', 'Show a service and its endpoints', 'purser service show cyclades_compute')
    .argument('<service>', 'name or id')
    .action(async (reference: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<Service>(path`/services/${reference}`), serviceView);
    });
}

/** The document as it stands, checked for being JSON at all. */
async function documentText(file: string): Promise<string> {
  const content = await contentOf(file);
  try {
    JSON.parse(content);
    return content;
  } catch (error) {
    throw usage(`${file === '-' ? 'Standard input' : file} is not JSON: ${(error as Error).message}.`);
  }
}

/** A file's text, or that of standard input for `-`. */
export async function contentOf(file: string): Promise<string> {
  try {
    return file === '-'
      ? await readAll(currentIo().stdin)
      : await readFile(resolve(currentIo().cwd, file), 'utf8');
  } catch (error) {
    throw usage(`Cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`);
  }
}
