import type { Storage } from '../../../src/storage/storage.ts';
import { countStatements } from '../counted-statements.ts';
import { OPERATOR, projectsOver } from '../projects-parts.ts';
import { filledUser } from './fill-ledger.ts';
import { filledProject, fillProjects } from './fill-projects.ts';

/** Cost of an operation on projects. */
export interface OperationFigures {
  readonly name: string;
  readonly milliseconds: readonly number[];
  /** Statements outside the ledger's batches, the same each time. */
  readonly statements: number;
}

const PAGE = 100;

/**
 * Times the operations whose cost must not grow with the number of projects and members (targets T7, T8), on a
 * project of so many members in a cloud of so many projects. Through the domain: what HTTP adds is the same for all.
 * @param repeats how often each is done
 */
export async function measureProjects(
  plain: Storage,
  { rows, repeats }: { rows: number; repeats: number },
): Promise<OperationFigures[]> {
  const { storage, take } = countStatements(plain);
  const parts = await projectsOver(storage);
  const { applications, projects, projectControl, memberships, ledger } = parts;
  const owner = await parts.newUser('owner@example.org');
  const { project, application } = await applications.apply(owner, {
    name: 'crowd.example.org',
    endDate: Date.UTC(2099, 0, 1),
  });
  await applications.decide(OPERATOR, application, 'approve');
  await fillProjects(plain, { accounts: rows, projects: rows, memberOf: project });
  const user = { uuid: filledUser(rows >> 1), name: 'x', address: null, operator: false };
  const joining = filledProject(1);
  const vm = (capacity: bigint) => [{ resource: 'vm', capacity, memberCapacity: capacity }];
  const newest = { limit: PAGE };
  const operations: Record<string, (turn: number) => Promise<unknown>> = {
    'list of all projects, for operators': () => projects.list(OPERATOR, newest),
    'list of projects, for a user': () => projects.list(user, newest),
    'list of projects a user takes part in': () => projects.list(user, { ...newest, mode: 'member' }),
    'list of suspended projects': () => projects.list(OPERATOR, { ...newest, states: ['suspended'] }),
    'list of projects by name': () =>
      projects.list(OPERATOR, { ...newest, names: ['project10000007.example.org'] }),
    'list of pending projects': () => projects.list(OPERATOR, { ...newest, statuses: ['pending'] }),
    'list of members': () => memberships.list(owner, { ...newest, project }),
    'list of those who want to join': () =>
      memberships.list(owner, { ...newest, project, states: ['requested'] }),
    'list of all memberships, for operators': () => memberships.list(OPERATOR, newest),
    'list of own memberships': () => memberships.list(user, newest),
    'list of applications': () => applications.list(OPERATOR, { ...newest, states: ['pending'] }),
    'show a project': () => projects.view(user, project),
    'history of a project': () => projects.history(owner, project, newest),
    'suspend, then resume': (turn) =>
      projectControl.act(OPERATOR, project, turn % 2 === 0 ? 'suspend' : 'unsuspend', null),
    'change of a capacity': (turn) =>
      projectControl.modify(OPERATOR, project, { resources: vm(BigInt(turn + 20)) }),
    join: (turn) => memberships.join({ ...user, uuid: filledUser(turn + 10) }, joining),
    enrol: (turn) => memberships.enroll(OPERATOR, joining, { uuid: filledUser(turn + 1000) }),
  };
  const figures: OperationFigures[] = [];
  for (const [name, operate] of Object.entries(operations)) {
    const milliseconds: number[] = [];
    let statements = 0;
    for (let turn = 0; turn < repeats; turn += 1) {
      take();
      const begin = performance.now();
      await operate(turn);
      milliseconds.push(performance.now() - begin);
      statements = take();
    }
    figures.push({ name, milliseconds, statements });
  }
  await ledger.close();
  return figures;
}
