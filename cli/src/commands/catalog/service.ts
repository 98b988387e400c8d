import type { Endpoint } from '@purser/api/native/catalog/endpoint';
import type { Resource } from '@purser/api/native/catalog/resource';
import type { Service, ServiceImported } from '@purser/api/native/catalog/service';
import type { Preview, RehearsalRequest } from '@purser/api/native/operations/rehearsal';
import { stringifyExact, stringifyExactIndented } from '@purser/text/json';
import type { Command } from 'commander';
import { group, leaf, listing, openSession, print, type Session } from '../../command.ts';
import { refused } from '../../failures.ts';
import { confirm, YES } from '../../input/confirmation.ts';
import { linesOf, preview, withDryRun } from '../../input/dry-run.ts';
import { jsonOf } from '../../input/text-input.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { endpointView, serviceView } from '../../tables/views.ts';

interface ImportOptions {
  output: Output;
  dryRun?: true;
  yes?: true;
}

export function serviceCommands(program: Command): void {
  const service = group(program, 'service', 'The service catalog');

  withDryRun(
    leaf(service, 'import', 'Register the services and resources of a document', [
      'purser service import services.json',
      'purser service import - < services.json',
    ]),
  )
    .argument('<file>', "JSON file, or '-' for standard input")
    .option(...YES)
    .addHelpText('after', DOCUMENT_HELP)
    .action(async (file: string, { output, dryRun, yes }: ImportOptions) => {
      const session = openSession({ output });
      const { connection, done, tell } = session;
      const { text, value } = await jsonOf(file);
      if (dryRun) return preview(session, { method: 'POST', path: '/services/import', body: value });
      if (!yes) await confirmReplacing(session, value);
      const { messages, warnings, resources, replaced } = await connection.postText<ServiceImported>(
        '/services/import',
        text,
      );
      done({ messages, warnings, resources, replaced });
      for (const message of messages) tell(message);
      for (const value of replaced) tell(replacementText(value));
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

  leaf(
    service,
    'export',
    'Write the services and resources of a component as a document to import',
    'purser service export astakos',
  )
    .argument('<component>', 'its name')
    .action(async (component: string, options: { output: Output }) => {
      const { connection } = openSession(options);
      const services = (await connection.all<Service>('/services')).filter(
        (one) => one.component === component,
      );
      if (services.length === 0) throw refused(`There are no services of a component '${component}'.`);
      const resources = await connection.all<Resource>('/resources');
      const document = Object.fromEntries(services.map((one) => [one.name, definitionOf(one, resources)]));
      print(`${stringifyExactIndented(document)}\n`);
    });
}

/** Asks before the import replaces values that are registered: endpoints, types and descriptions. */
async function confirmReplacing({ connection }: Session, body: unknown): Promise<void> {
  const request: RehearsalRequest = { method: 'POST', path: '/services/import', body };
  const { changes } = await connection.post<Preview>('/rehearsals', request);
  const replaced = changes.flatMap(({ subject, before, after }) =>
    linesOf(before, after)
      .filter((line) => before !== null && line.before !== null)
      .map(({ field }) => `${field} of ${subject}`),
  );
  if (replaced.length > 0) await confirm(`Replace ${replaced.join(', ')}`, undefined);
}

function replacementText(value: ServiceImported['replaced'][number]): string {
  const { kind, name, field, old_value, new_value } = value;
  return `Replaced ${field} of ${kind} '${name}': was ${stringifyExact(old_value)}, is ${stringifyExact(new_value)}.`;
}

/** What the document looks like; `service export` writes one. */
const DOCUMENT_HELP = `
The document, in JSON:
  {
    "cyclades_compute": {
      "component": "compute",
      "type": "compute",
      "endpoints": [{ "versionId": "v2.0", "publicURL": "https://compute.example.org/v2.0" }],
      "resources": {
        "vm": {
          "name": "cyclades.vm",
          "desc": "Virtual machines",
          "service_type": "compute",
          "service_origin": "cyclades_compute"
        },
        "ram": {
          "name": "cyclades.ram",
          "desc": "Memory of virtual machines",
          "unit": "bytes",
          "service_type": "compute",
          "service_origin": "cyclades_compute"
        }
      }
    }
  }

  Services by their names. "component" is a component that is there; "endpoints" may be
  empty, its values are texts, numbers or booleans. "resources" may be left out: of each,
  "name", "service_type" and "service_origin" (the name of the service) are needed;
  "desc", "unit" ("bytes", or nothing for a count), "api_visible" and "ui_visible"
  (true or false) may be left out. All faults of a document are reported at once.`;

/** `endpoint list` */
export function endpointCommands(program: Command): void {
  const endpoint = group(program, 'endpoint', 'Where the services of the cloud are');

  listing(endpoint, endpointView, 'list', 'List endpoints', 'purser endpoint list --type compute')
    .option('--service <name>', 'only those of this service')
    .option('--type <type>', 'only those of services of this type')
    .action(async ({ output, ...filters }: { output: Output; service?: string; type?: string }) => {
      const { connection, list } = openSession({ output });
      list(await connection.items<Endpoint>('/endpoints', filters), endpointView);
    });
}

/** A service as `service import` reads it. */
function definitionOf({ name, type, component, endpoints }: Service, resources: readonly Resource[]): object {
  const own = resources.filter((resource) => resource.service_origin === name);
  return {
    component,
    type,
    endpoints,
    resources: Object.fromEntries(
      own.map(({ name: resource, description, unit, service_type, ui_visible, api_visible, ...defaults }) => [
        resource,
        {
          name: resource,
          ...(description !== null && { desc: description }),
          ...(unit !== null && { unit }),
          service_type,
          service_origin: name,
          ui_visible,
          api_visible,
          system_default: defaults.system_default,
          project_default: defaults.project_default,
        },
      ]),
    ),
  };
}
