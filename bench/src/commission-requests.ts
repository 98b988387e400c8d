import { seededRandom } from '../../server/test/support/seeded-random.ts';
import type { FollowUp } from './load-plan.ts';
import { type Population, RESOURCES, type User } from './population.ts';
import { postAround, postRequest } from './requests.ts';

/** Number of different requests; large enough that neither side profits from repetition. */
const POOL = 4096;
/** Number of requests in scenarios that measure many users; most users must occur. */
export const LARGE_POOL = 65_536;
/** Bulks are as large as a hundred requests. */
const BULK_POOL = 128;
export const BULK = 100;
const COMMISSIONS = '/account/v1.0/commissions';
export const BULK_PATH = '/api/commissions/bulk';

/** One machine with its disk for a user, from the user's system project: user and project holding of each. */
function provisionsFor(user: Pick<User, 'id'>) {
  const holder = `user:${user.id}`;
  const project = `project:${user.id}`;
  const charge = (resource: string, quantity: number) => [
    { holder, source: project, resource, quantity },
    { holder: project, source: null, resource, quantity },
  ];
  return [...charge(RESOURCES.machine, 1), ...charge(RESOURCES.bytes, 1024)];
}

const commission = (user: Pick<User, 'id'>) => ({
  name: 'client: bench',
  force: false,
  auto_accept: false,
  provisions: provisionsFor(user),
});

/** Issue requests of four provisions each, for users picked at random. */
export function issueRequests({ componentToken, users }: Population): Buffer[] {
  return issueRequestsFor(componentToken, POOL, users.length, (number) => (users[number] as User).id);
}

/** The same for users who are known by number. */
export function issueRequestsFor(
  componentToken: string,
  pool: number,
  users: number,
  idOf: (number: number) => string,
): Buffer[] {
  const random = seededRandom(1);
  return Array.from({ length: pool }, () => {
    const id = idOf(Math.floor(random() * users));
    return postRequest(COMMISSIONS, commission({ id }), componentToken);
  });
}

/** Bulks of issue requests. Every commission of a bulk is for another user. */
export function bulkRequests({ componentToken, users }: Population): Buffer[] {
  const random = seededRandom(1);
  return Array.from({ length: BULK_POOL }, () => {
    const first = Math.floor(random() * users.length);
    const commissions = Array.from({ length: BULK }, (_, index) => ({
      name: 'client: bench',
      provisions: provisionsFor(users[(first + index) % users.length] as User),
    }));
    return postRequest(BULK_PATH, { commissions }, componentToken);
  });
}

/** Accepts the commission that an issue request returned. */
export function acceptAfterIssue({ componentToken }: Population): FollowUp {
  return postAround({ before: `${COMMISSIONS}/`, after: '/action' }, { accept: '' }, componentToken);
}
