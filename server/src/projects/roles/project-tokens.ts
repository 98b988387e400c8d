import type { BoundTokens } from '../../directory/tokens/bearers.ts';
import type { Principal } from '../../directory/tokens/principal.ts';
import { isStorable } from '../../lib/text/text.ts';
import type { ProjectBooks } from '../project-books.ts';
import { COUNTED, EFFECTIVE, type MembershipState } from '../vocabulary.ts';

/** What membership of one's own project, to which no role is granted, amounts to. */
const MEMBER = 'member';

/** Tokens that are bound to a project are good as long as the project is, and their account's part in it. */
export class ProjectTokens implements BoundTokens {
  readonly #books: ProjectBooks;

  constructor(books: ProjectBooks) {
    this.#books = books;
  }

  /**
   * Whether the account has a role on the project that the token carries, and is no member who is suspended. The state
   * of the project is left aside: this is remembered with the account, and projects change by themselves.
   */
  async holds({ account, token, grants }: Omit<Principal, 'holds'>, project: string): Promise<boolean> {
    if (!isStorable(project)) return false;
    const row = await this.#books.parts.storage.db
      .selectFrom('memberships')
      .innerJoin('projects', 'projects.id', 'memberships.project_id')
      .select('memberships.state')
      .where('projects.uuid', '=', project)
      .where('memberships.account_id', '=', account.id)
      .executeTakeFirst();
    const state = row?.state as MembershipState | undefined;
    if (state !== undefined && COUNTED.includes(state) && !EFFECTIVE.includes(state)) return false;
    if (grants.some((grant) => grant.project === project)) return true;
    const own = project === account.uuid && state !== undefined && EFFECTIVE.includes(state);
    return own && (token.roles?.includes(MEMBER) ?? true);
  }

  isActive(project: string): Promise<boolean> | boolean {
    return this.#books.isActive(project);
  }
}
