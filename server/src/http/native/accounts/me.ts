import { Me } from '@purser/api/native/accounts/me';
import { isOperator, withinReach } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { presentRoleGrant, presentToken, presentUser } from '../frame/presenters.ts';

const show = operation(
  {
    id: 'getMe',
    tag: 'Me',
    access: 'any',
    summary: 'Show the authenticated user',
    answers: { 200: named(Me) },
  },
  {},
);

/** The account and the rights of the caller. */
export function meRoutes(app: NativeApp, { projects }: Domain): void {
  app.get('/me', show, async (request) => {
    const principal = callerOf(request);
    return {
      user: presentUser(principal.account),
      token: presentToken(principal.token),
      roles: principal.grants.map(presentRoleGrant),
      operator: isOperator(principal),
      projects: withinReach(principal, await projects.activeOf(principal.account.uuid)),
    };
  });
}
