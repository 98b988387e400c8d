import { User, UserPath } from '@purser/api/native/accounts/user';
import { DefaultProject } from '@purser/api/native/projects/project';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { actorOf, callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { presentUser } from '../frame/presenters.ts';

const own = operation(
  {
    id: 'setMyDefaultProject',
    tag: 'Me',
    access: 'account',
    summary: 'Set your default project',
    problems: [403, 404, 409],
    answers: { 200: named(User) },
  },
  { body: DefaultProject },
);

const set = operation(
  {
    id: 'setDefaultProject',
    tag: 'Users',
    access: 'secrets',
    summary: "Set a user's default project",
    problems: [404, 409],
    answers: { 200: named(User) },
  },
  { params: UserPath, body: DefaultProject },
);

/** The project that an unscoped token acts on. */
export function defaultProjectRoutes(app: NativeApp, domain: Domain): void {
  const { accounts, projects } = domain;

  app.put('/me/default_project', own, async (request) => {
    const { uuid } = callerOf(request).account;
    await projects.setDefault(uuid, request.body.project, actorOf(request));
    return presentUser(await accounts.get(uuid));
  });

  app.put('/users/:user/default_project', set, async (request) => {
    const { uuid, active, username } = await accounts.find(request.params.user);
    // In the domain this error concerns the caller: an account that is not active is not authenticated.
    if (!active) throw new PurserError('account_not_accepted', { user: username });
    await projects.setDefault(uuid, request.body.project, actorOf(request));
    return presentUser(await accounts.get(uuid));
  });
}
