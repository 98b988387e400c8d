import type { RouteTable } from '../kernel/routes.ts';
import { route, serve } from './call.ts';
import { wholeList } from './pages.ts';

/** Groups of users are not supported: lists are empty, since clients request them before they show assignments. */
export function groupRoutes(base: string): RouteTable {
  return [route('/groups', { GET: serve('any', async (call) => wholeList(call, base, 'groups', [])) })];
}
