import { Ledger } from '../../src/ledger/ledger.ts';
import type { ProjectEvents } from '../../src/projects/mails/events.ts';
import { openProjects } from '../../src/projects/open-projects.ts';
import type { Requester } from '../../src/projects/requester.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { partsOver, person } from './parts.ts';

/** Messages about projects, as `event what`, oldest first. */
export type Told = string[];

function recordingEvents(told: Told): ProjectEvents {
  const record =
    (event: string) =>
    async (_tx: unknown, facts: object): Promise<void> => {
      const { change, kind, days, user } = facts as Record<string, unknown>;
      told.push([event, change ?? kind ?? days, user].filter((part) => part !== undefined).join(' '));
    };
  return {
    applicationSubmitted: record('submitted'),
    applicationApproved: record('approved'),
    applicationDenied: record('denied'),
    projectChanged: record('project'),
    membershipRequested: record('wants to'),
    membershipChanged: record('member'),
    expiring: record('expiring'),
  };
}

/** Projects with everything they need, over a storage; their mails are recorded. */
export async function projectsOver(storage: Storage) {
  const parts = partsOver(storage);
  const { clock, resources, components, services, roles, accounts, changes, secrets, audit } = parts;
  const ledger = await Ledger.open({ storage, clock });
  const told: Told = [];
  const freshness = storage.freshness(clock);
  const domain = openProjects(
    {
      storage,
      clock,
      ledger,
      resources,
      roles,
      accounts,
      accountChanges: changes,
      audit,
      events: recordingEvents(told),
      freshness,
      secrets,
    },
    { warningDays: [30, 14, 7, 1], endsByItself: true },
  );
  await roles.ensureBuiltIn();
  await components.add({ name: 'c' });
  await services.import(document('vm', 'disk', 'hidden_ip'));
  await services.ensureBuiltIn('http://127.0.0.1:8700');
  return {
    ...parts,
    ...domain,
    ledger,
    told,
    /** A user with an active account. */
    newUser: async (email: string): Promise<Requester & { uuid: string }> => {
      const { uuid, username } = await accounts.createActive(person(email));
      return { uuid, name: username, address: null, operator: false };
    },
  };
}

export const OPERATOR: Requester = { uuid: null, name: 'operator', address: '192.0.2.1', operator: true };

/** A service document of component `c`; resources whose names begin with `hidden` are hidden. */
export const document = (...names: string[]) => ({
  s: {
    component: 'c',
    type: 't',
    endpoints: [],
    resources: Object.fromEntries(
      names.map((name) => [
        name,
        { name, service_type: 't', service_origin: 's', api_visible: !name.startsWith('hidden') },
      ]),
    ),
  },
});
