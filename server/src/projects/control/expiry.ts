import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { isOutage } from '../../storage/outages/availability.ts';
import type { Database } from '../../storage/schema.ts';
import { type Project, toProject } from '../project.ts';
import type { AuditedAction, ProjectBooks } from '../project-books.ts';
import { type Requester, SERVICE_REQUESTER } from '../requester.ts';
import { ALIVE } from '../vocabulary.ts';

const DAY_MS = 86_400_000;
const CHUNK = 500;

/** How one expired project ended. */
export interface Termination {
  readonly project: Project;
  /** Why it could not be ended. */
  readonly error?: PurserError;
}

/** What operators have settled about the end of projects. */
export interface ExpiryPolicy {
  /** Days before the end at which the owner is warned. */
  readonly warningDays: readonly number[];
  /** Whether expired projects end without an operator. */
  readonly endsByItself: boolean;
}

/**
 * The end dates of projects (projects §3.3): warnings before, the end at the date. What an operator
 * has approved, or brought back, after its end date is left to operators: they have decided so.
 */
export class ProjectExpiry {
  readonly #books: ProjectBooks;
  readonly #warningDays: readonly number[];
  readonly #endsByItself: boolean;

  constructor(books: ProjectBooks, { warningDays, endsByItself }: ExpiryPolicy) {
    this.#books = books;
    this.#warningDays = [...warningDays].sort((a, b) => a - b);
    this.#endsByItself = endsByItself;
  }

  /** Alive projects whose end date has passed, by end date. Errors: `forbidden`. */
  async expired(
    by: Requester,
    page: { limit: number; after?: { endDate: number; id: number } | undefined },
  ): Promise<Project[]> {
    if (!by.operator) throw new PurserError('forbidden');
    return this.#ending(
      (eb) => [
        eb('end_date', '<=', this.#books.parts.clock.now()),
        ...(page.after ? [after(eb, page.after)] : []),
      ],
      page.limit,
    );
  }

  /** Ends every expired project, each on its own. Errors: `forbidden`. */
  async *terminateExpired(by: Requester, reason: string | null = null): AsyncGenerator<Termination> {
    let last: { endDate: number; id: number } | undefined;
    for (;;) {
      const projects = await this.expired(by, { limit: CHUNK, after: last });
      for (const project of projects) yield await this.#terminate(by, project, reason, false);
      last = projects.at(-1);
      if (!last || projects.length < CHUNK) return;
    }
  }

  /** Ends what has expired while it was active, if that is settled so, and warns owners of what is about to. Answers how many of each. */
  async sweep(): Promise<{ terminated: number; warned: number }> {
    const terminated = this.#endsByItself ? await this.#endExpired() : 0;
    let warned = 0;
    for (const days of this.#warningDays) warned += await this.#warn(days);
    return { terminated, warned };
  }

  async #endExpired(): Promise<number> {
    let terminated = 0;
    let last: Project | undefined;
    for (;;) {
      const now_ms = this.#books.parts.clock.now();
      const projects = await this.#ending(
        (eb) => [
          eb('end_date', '<=', now_ms),
          eb('end_date', '>', eb.ref('activated_at')),
          ...(last ? [after(eb, last)] : []),
        ],
        CHUNK,
      );
      for (const project of projects) {
        const { error } = await this.#terminate(SERVICE_REQUESTER, project, null, true);
        if (!error) terminated += 1;
      }
      last = projects.at(-1);
      if (!last || projects.length < CHUNK) return terminated;
    }
  }

  async #terminate(
    by: Requester,
    { id, uuid }: Project,
    reason: string | null,
    sweeping: boolean,
  ): Promise<Termination> {
    let project: Project | undefined;
    try {
      return await this.#books.change(async (tx) => {
        project = await this.#books.locked(tx, id);
        const over = project.endDate <= this.#books.parts.clock.now();
        const meant = over && (!sweeping || project.endDate > (project.activatedAt ?? 0));
        if (!meant || !ALIVE.includes(project.state)) {
          const { state } = project;
          throw new PurserError('project_state', { project: uuid, state, action: 'terminated' });
        }
        const audited: AuditedAction = { by, action: 'project.expire', reason: reason ?? 'end date' };
        const ended = await this.#books.move(tx, project, 'terminated', audited);
        await this.#books.parts.events.projectChanged(tx, { project: ended, change: 'expired', reason });
        return { project: ended };
      });
    } catch (error) {
      if (error instanceof PurserError && !isOutage(error) && project) return { project, error };
      throw error;
    }
  }

  /** Warns owners of projects that end within so many days, and have not been warned as late as that. */
  async #warn(days: number): Promise<number> {
    let warned = 0;
    for (;;) {
      const now_ms = this.#books.parts.clock.now();
      const projects = await this.#ending(
        (eb) => [
          eb('end_date', '>', now_ms),
          eb('end_date', '<=', now_ms + days * DAY_MS),
          eb.or([
            eb('warned_of', 'is', null),
            eb('warned_of', '<>', eb.ref('end_date')),
            eb('warned_days', '>', days),
          ]),
        ],
        CHUNK,
      );
      for (const { id } of projects) {
        await this.#books.change(async (tx) => {
          const project = await this.#books.locked(tx, id);
          await this.#books.write(tx, project, { warned_of: project.endDate, warned_days: days });
          const left = Math.max(1, Math.ceil((project.endDate - now_ms) / DAY_MS));
          if (ALIVE.includes(project.state)) {
            await this.#books.parts.events.expiring(tx, { project, days: left });
          }
        });
        warned += 1;
      }
      if (projects.length < CHUNK) return warned;
    }
  }

  async #ending(
    conditions: (eb: ExpressionBuilder<Database, 'projects'>) => Expression<SqlBool>[],
    limit: number,
  ): Promise<Project[]> {
    const rows = await this.#books.parts.storage.db
      .selectFrom('projects')
      .selectAll()
      .where('system_project', '=', 0)
      .where('state', 'in', ALIVE)
      .where((eb) => eb.and(conditions(eb)))
      .orderBy('end_date')
      .orderBy('id')
      .limit(Math.min(limit, LIMITS.page_max))
      .execute();
    return rows.map(toProject);
  }
}

function after(
  eb: ExpressionBuilder<Database, 'projects'>,
  { endDate, id }: { endDate: number; id: number },
): Expression<SqlBool> {
  return eb.or([eb('end_date', '>', endDate), eb.and([eb('end_date', '=', endDate), eb('id', '>', id)])]);
}
