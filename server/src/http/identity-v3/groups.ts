import type { RouteTable } from '../kernel/routes.ts';
import { route, serve } from './call.ts';
import { wholeList } from './pages.ts';

/** Groups of users, of which there are none: clients ask before they show who has which role. */
export function groupRoutes(base: string): RouteTable {
  return [route('/groups', { GET: serve('any', async (call) => wholeList(call, base, 'groups', [])) })];
}
