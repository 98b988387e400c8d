import type { FollowUp } from './load-plan.ts';
import { type Population, RESOURCES, type User } from './population.ts';
import { postAround, postRequest, seededRandom } from './requests.ts';

/** Different requests in the pool; enough that neither side can profit from repetition. */
const POOL = 4096;
const COMMISSIONS = '/account/v1.0/commissions';

/** One machine with its disk space for a user from the user's own project: user and project holding of each. */
function commission(user: User) {
  const holder = `user:${user.id}`;
  const project = `project:${user.id}`;
  const charge = (resource: string, quantity: number) => [
    { holder, source: project, resource, quantity },
    { holder: project, source: null, resource, quantity },
  ];
  return {
    name: 'client: bench',
    force: false,
    auto_accept: false,
    provisions: [...charge(RESOURCES.machine, 1), ...charge(RESOURCES.bytes, 1024)],
  };
}

/** Issue requests of four provisions each, for users picked at random. */
export function issueRequests({ componentToken, users }: Population): Buffer[] {
  const random = seededRandom(1);
  return Array.from({ length: POOL }, () => {
    const user = users[Math.floor(random() * users.length)] as User;
    return postRequest(COMMISSIONS, commission(user), componentToken);
  });
}

/** Accepts what an issue request was answered. */
export function acceptAfterIssue({ componentToken }: Population): FollowUp {
  return postAround({ before: `${COMMISSIONS}/`, after: '/action' }, { accept: '' }, componentToken);
}
