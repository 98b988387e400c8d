import type { DelegateApi } from '../../delegates/delegate-api.ts';
import { known } from './task-created.ts';

/** The roles that the caller may give and take (workflow-v1 §5.4). */
export const roleList: DelegateApi = {
  name: 'RoleList',
  path: 'openstack/roles',
  methods: {
    GET: {
      gate: 'mod_or_admin',
      handle: async ({ caller }, { backends, manageableRoles }) => {
        const names = manageableRoles(known(caller).roles);
        const found = await Promise.all(names.map((name) => backends.identity.findRole(name)));
        const roles = found
          .filter((role) => role !== undefined)
          .map(({ id, name, description }) => ({ id, name, description, domain_id: null, links: {} }));
        return { status: 200, body: { roles } };
      },
    },
  },
};
