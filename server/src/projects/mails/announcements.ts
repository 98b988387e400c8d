import { limitText } from '@purser/text/quantity-text';
import type { Resources } from '../../catalog/resources.ts';
import { administratorAddresses } from '../../directory/accounts/administrators.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { UNLIMITED } from '../../lib/limits.ts';
import type { Outbox } from '../../mail/outbox.ts';
import type { Templates } from '../../mail/templates.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { Application } from '../applications/application.ts';
import type { ProjectChanges } from '../applications/project-changes.ts';
import { DEACTIVATED } from '../control/account-effects.ts';
import type { Project, ProjectResource } from '../project.ts';
import type { ProjectPolicy } from '../vocabulary.ts';
import type { ProjectEvents } from './events.ts';
import type { ApplicationField, ApplicationLimit, ProjectMails } from './project-mails.ts';

interface Parts {
  readonly outbox: Outbox;
  readonly templates: Templates<ProjectMails>;
  readonly resources: Resources;
  readonly ledger: Pick<Ledger, 'statedPools'>;
  /** The public URL without a trailing slash. */
  readonly baseUrl: string;
  readonly serviceName: string;
  /** Who hears of applications; undefined: the administrators that there are. */
  readonly recipients: readonly string[] | undefined;
}

/** A recipient or subject of a mail. */
interface Person {
  readonly email: string;
  readonly username: string;
  readonly fullName: string;
}

/** Tells people by mail of what happens to projects (projects §5). */
export class ProjectAnnouncements implements ProjectEvents {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async applicationSubmitted(
    tx: Transaction,
    { application, project, applicant }: Parameters<ProjectEvents['applicationSubmitted']>[1],
  ): Promise<void> {
    const names = await usernames(tx, [applicant, project.owner, application.changes.owner]);
    const kind = application.creates ? 'application-new' : 'application-modification';
    await this.#write(tx, await this.#recipients(tx), kind, {
      ...this.#about(project, `application show ${application.id}`),
      project: application.creates ? (application.changes.name ?? project.name) : project.name,
      uuid: project.uuid,
      application: application.id,
      applicant: applicant === null ? null : (names.get(applicant) ?? applicant),
      issued: timeText(application.issuedAt),
      fields: fieldsOf(application, project, (uuid) => names.get(uuid) ?? uuid),
      limits: await this.#limitsOf(tx, application),
      comments: application.comments.trim(),
      command: `purser application approve ${application.id}`,
    });
  }

  /** The applicant hears of it, and so do those who hear of applications. */
  async applicationApproved(
    tx: Transaction,
    { application, project, previousState }: Parameters<ProjectEvents['applicationApproved']>[1],
  ): Promise<void> {
    const applicant = await personOf(tx, application.applicant);
    const outcome = {
      ...this.#about(project),
      reason: reasonText(application.response),
      application: application.id,
      creates: application.creates,
    };
    await this.#write(tx, addressOf(applicant), 'application-approved', outcome);
    await this.#write(tx, await this.#recipients(tx), 'application-approved-notice', {
      ...outcome,
      applicant: applicant?.username ?? null,
      previousState,
    });
  }

  async applicationDenied(
    tx: Transaction,
    { application, project, reason }: Parameters<ProjectEvents['applicationDenied']>[1],
  ): Promise<void> {
    await this.#write(tx, addressOf(await personOf(tx, application.applicant)), 'application-denied', {
      ...this.#about(project, `application show ${application.id}`),
      reason: reasonText(reason),
      application: application.id,
      creates: application.creates,
    });
  }

  /** The owner is notified; a system project has no notification. */
  async projectChanged(
    tx: Transaction,
    { project, change, reason }: Parameters<ProjectEvents['projectChanged']>[1],
  ): Promise<void> {
    const owner = addressOf(await personOf(tx, project.owner));
    const outcome = { ...this.#about(project), reason: reasonText(reason) };
    if (change === 'expired') {
      await this.#write(tx, owner, 'project-expired', { ...outcome, ...endingOf(project) });
    } else await this.#write(tx, owner, `project-${change}`, outcome);
  }

  async membershipRequested(
    tx: Transaction,
    { project, user, kind }: Parameters<ProjectEvents['membershipRequested']>[1],
  ): Promise<void> {
    const person = await personOf(tx, user);
    await this.#write(tx, addressOf(await personOf(tx, project.owner)), `${kind}-requested`, {
      ...this.#about(project, `project members ${project.uuid} --state ${REQUESTED[kind]}`),
      user: person?.username ?? user,
      name: person?.fullName ?? user,
    });
  }

  async membershipChanged(
    tx: Transaction,
    { project, user, change, reason }: Parameters<ProjectEvents['membershipChanged']>[1],
  ): Promise<void> {
    // A person who is not a member may not see the project.
    const inside = change === 'accepted' || change === 'unsuspended';
    const own = change === 'enrolled' ? `membership list --project ${project.uuid}` : 'membership list';
    await this.#write(tx, addressOf(await personOf(tx, user)), `membership-${change}`, {
      ...this.#about(project, inside ? undefined : own),
      reason: reasonText(reason),
    });
  }

  async expiring(
    tx: Transaction,
    { project, days }: Parameters<ProjectEvents['expiring']>[1],
  ): Promise<void> {
    const owner = addressOf(await personOf(tx, project.owner));
    await this.#write(tx, owner, 'project-expiring', {
      ...this.#about(project),
      ...endingOf(project),
      days,
    });
  }

  async #recipients(tx: Transaction): Promise<readonly string[]> {
    return this.#parts.recipients ?? administratorAddresses(tx.db);
  }

  async #write<K extends keyof ProjectMails>(
    tx: Transaction,
    to: readonly string[],
    kind: K,
    data: ProjectMails[K],
  ): Promise<void> {
    if (to.length === 0) return;
    await this.#parts.outbox.enqueue(tx, kind, { to, ...this.#parts.templates.render(kind, data) });
  }

  /** @param show the command that shows what the mail is about, where that is not the project */
  #about({ name, uuid }: Project, show = `project show ${uuid}`) {
    const { serviceName, baseUrl } = this.#parts;
    return { service: serviceName, project: name, url: `${baseUrl}/ui/`, show: `purser ${show}` };
  }

  /** What it asks for; for a change also what stays, in the order of the resources' names. */
  async #limitsOf(tx: Transaction, { changes, project, creates }: Application): Promise<ApplicationLimit[]> {
    const { ledger, resources } = this.#parts;
    const units = new Map((await resources.registered(tx)).map(({ name, unit }) => [name, unit]));
    const stated = creates ? undefined : (await ledger.statedPools(tx.db, [project])).get(project);
    const before = byResource(stated ?? []);
    const after = new Map([...before, ...byResource(changes.resources ?? [])]);
    const names = [...after.keys()].sort();
    return names.map((resource) => {
      const texts = (pool: ProjectResource) => ({
        project: limitText(pool.capacity, units.get(resource) ?? null),
        member: limitText(pool.memberCapacity, units.get(resource) ?? null),
      });
      const [was, is] = [before.get(resource), after.get(resource) as ProjectResource];
      const changed = was?.capacity !== is.capacity || was.memberCapacity !== is.memberCapacity;
      return { resource, ...texts(is), changed, before: was ? texts(was) : null };
    });
  }
}

/** The states of memberships that wait for the owner. */
const REQUESTED = { join: 'requested', leave: 'leave_requested' } as const;

const byResource = (pools: readonly ProjectResource[]): Map<string, ProjectResource> =>
  new Map(pools.map((pool) => [pool.resource, pool]));

/** A reason as a mail shows it: null if it is blank, a sentence in place of an internal code. */
function reasonText(text: string | null): string | null {
  if (text === DEACTIVATED) return 'Your account has been deactivated.';
  return text?.trim() || null;
}

const addressOf = (person: Person | undefined): string[] => (person?.email ? [person.email] : []);

/** The user with this uuid, active or not. */
async function personOf(tx: Transaction, uuid: string | null): Promise<Person | undefined> {
  if (uuid === null) return undefined;
  const row = await tx.db
    .selectFrom('accounts')
    .select(['email', 'username', 'first_name', 'last_name'])
    .where('uuid', '=', uuid)
    .executeTakeFirst();
  return row && { ...row, fullName: `${row.first_name} ${row.last_name}` };
}

async function usernames(
  tx: Transaction,
  uuids: (string | null | undefined)[],
): Promise<Map<string, string>> {
  const wanted = uuids.filter((uuid) => typeof uuid === 'string');
  if (wanted.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('accounts')
    .select(['uuid', 'username'])
    .where('uuid', 'in', wanted)
    .execute();
  return new Map(rows.map(({ uuid, username }) => [uuid, username]));
}

const POLICY_TEXTS: Record<ProjectPolicy, string> = {
  auto: 'at once',
  moderated: 'after approval',
  closed: 'not possible',
};

type Values = Required<Omit<ProjectChanges, 'resources' | 'owner'>> & { owner: string | null };

/** Every field of a project with what it would be, and is. */
function fieldsOf(
  { changes, creates }: Application,
  project: Project,
  nameOf: (uuid: string) => string,
): ApplicationField[] {
  const before = textsOf(project, nameOf);
  const after = textsOf({ ...project, ...changes }, nameOf);
  return Object.entries(after).map(([label, value]) => {
    const was = before[label] ?? '';
    return { label, value, changed: creates || value !== was, before: creates ? '' : was };
  });
}

function textsOf(values: Values, nameOf: (uuid: string) => string): Record<string, string> {
  const { owner, startDate } = values;
  return {
    Name: values.name,
    Owner: owner === null ? 'none' : nameOf(owner),
    Homepage: values.homepage || 'none',
    Description: values.description || 'none',
    'Starts on': startDate === null ? 'at once' : dayText(startDate),
    'Ends on': dayText(values.endDate),
    Joining: POLICY_TEXTS[values.joinPolicy],
    Leaving: POLICY_TEXTS[values.leavePolicy],
    'Members at most': values.maxMembers === UNLIMITED ? 'unlimited' : String(values.maxMembers),
    Private: values.private ? 'yes' : 'no',
  };
}

/** When a project ends, and how to ask for more time: the command shows a year more, as an example. */
function endingOf({ uuid, endDate }: Project) {
  const later = new Date(endDate);
  later.setUTCFullYear(later.getUTCFullYear() + 1);
  const command = `purser project renew ${uuid} --end-date ${later.toISOString().slice(0, 10)}`;
  return { endDate: dayText(endDate), command };
}

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** Such as `30 May 2031`. */
const dayText = (at_ms: number): string => days.format(at_ms);
/** Such as `30 May 2031, 10:03 UTC`. */
const timeText = (at_ms: number): string =>
  `${dayText(at_ms)}, ${new Date(at_ms).toISOString().slice(11, 16)} UTC`;
