import type {
  DelegateAnswer,
  DelegateApi,
  DelegateMethod,
  DelegateRequest,
} from '../../delegates/delegate-api.ts';
import type { DelegateContext } from '../../delegates/delegate-context.ts';
import type { Caller } from '../../engine/caller.ts';
import type { IdentityMember } from '../../features/backends.ts';
import { creating, known } from './task-created.ts';
import { INVITATION, isShown } from './users.ts';

const NOT_FOUND: DelegateAnswer = { status: 404, body: { errors: ['No user with this id.'] } };

const SHOW: DelegateMethod = {
  gate: 'mod_or_admin',
  handle: async (request, context) => {
    const user = await find(request, context);
    if (!user) return NOT_FOUND;
    const { id, name, email, roles, inheritedRoles } = user;
    return { status: 200, body: { id, username: name, email, roles, inherited_roles: inheritedRoles } };
  },
};

/** Cancels an invitation; users cannot be deleted. */
const WITHDRAW: DelegateMethod = {
  gate: 'mod_or_admin',
  handle: async ({ caller, params }, context) => {
    const id = params['user_id'] ?? '';
    if (await context.backends.identity.getUser(id)) {
      const error = 'Revoking keystone users not implemented. Try removing all roles instead.';
      return { status: 501, body: { errors: [error] } };
    }
    const projectId = known(caller).project_id;
    const open = { taskTypes: [INVITATION], projectId, completed: false, cancelled: false };
    const invitation = (await context.findTasks(open)).find(({ uuid }) => uuid === id);
    if (!invitation) return { status: 404, body: 'Not found.' };
    await context.cancelTask(invitation.uuid);
    return { status: 200, body: 'Cancelled pending invite task!' };
  },
};

/** A user in the caller's project (workflow-v1 §5.2). */
export const userDetail: DelegateApi = {
  name: 'UserDetail',
  path: 'openstack/users/:user_id',
  config: { blacklisted_roles: [] },
  methods: { GET: SHOW, DELETE: WITHDRAW },
};

const SHOW_ROLES: DelegateMethod = {
  gate: 'mod_or_admin',
  handle: async (request, context) => {
    const user = await find(request, context);
    if (!user) return NOT_FOUND;
    return { status: 200, body: { roles: user.roles, inherited_roles: user.inheritedRoles } };
  },
};

const changing = (remove: boolean): DelegateMethod =>
  creating('edit_user_roles', 'mod_or_admin', ({ caller, params, body }) => ({
    ...body,
    project_id: body['project_id'] ?? known(caller).project_id,
    user_id: params['user_id'] ?? '',
    remove,
  }));

/** The roles of a user in the caller's project (workflow-v1 §5.3). */
export const userRoles: DelegateApi = {
  name: 'UserRoles',
  path: 'openstack/users/:user_id/roles',
  config: { blacklisted_roles: [] },
  methods: { GET: SHOW_ROLES, PUT: changing(false), DELETE: changing(true) },
};

/** The change of roles under its older name; all input is in the body (workflow-v1 §5.9). */
export const editUser: DelegateApi = {
  name: 'EditUser',
  path: 'actions/EditUser',
  methods: { POST: creating('edit_user_roles', 'mod_or_admin', ({ body }) => body) },
};

/** The user, if it has a direct role on the caller's project, and no role that hides it. */
async function find(
  { caller, params }: { caller: Caller; params: DelegateRequest['params'] },
  { backends: { identity }, config }: DelegateContext,
): Promise<IdentityMember | undefined> {
  const user = await identity.getUser(params['user_id'] ?? '');
  if (!user) return undefined;
  const { project_id } = known(caller);
  const roles = await identity.getRoles(user.id, project_id);
  if (roles.length === 0) return undefined;
  const member = { ...user, roles, inheritedRoles: await identity.getRoles(user.id, project_id, true) };
  return isShown(member, config) ? member : undefined;
}
