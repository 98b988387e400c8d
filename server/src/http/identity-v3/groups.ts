import type { Domain } from '../../domain.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { forUsers, route } from './call.ts';
import { wholeList } from './pages.ts';

/** Groups of users, of which there are none: clients ask before they show who has which role. */
export function groupRoutes(domain: Domain, base: string): RouteTable {
  return [route('/groups', { GET: forUsers(domain, async (call) => wholeList(call, base, 'groups', [])) })];
}
