import type { JsonObject } from '../../../lib/text/json.ts';
import type { DelegateApi, DelegateMethod } from '../../delegates/delegate-api.ts';
import type { DelegateContext } from '../../delegates/delegate-context.ts';
import type { Task } from '../../engine/task.ts';
import type { IdentityMember } from '../../features/backends.ts';
import { texts } from '../settings.ts';
import { creating, known } from './task-created.ts';

/** The task type of invitations. */
export const INVITATION = 'invite_user_to_project';

/** Invites a user to the caller's project. */
const INVITE: DelegateMethod = creating(INVITATION, 'mod_or_admin', ({ caller, body }) => {
  const { project_id, project_domain_id } = known(caller);
  return {
    ...body,
    project_id: body['project_id'] ?? project_id,
    domain_id: body['domain_id'] ?? project_domain_id,
  };
});

/** The invitation under its older name (workflow-v1 §5.9). */
export const inviteUser: DelegateApi = {
  name: 'InviteUser',
  path: 'actions/InviteUser',
  methods: { POST: INVITE },
};

const GET: DelegateMethod = {
  gate: 'mod_or_admin',
  handle: async ({ caller }, context) => {
    const { project_id, roles } = known(caller);
    const { identity } = context.backends;
    const manageable = context.manageableRoles(roles);
    const users = [
      ...(await identity.listUsers(project_id))
        .filter((user) => isShown(user, context.config))
        .map((user) => ({
          ...basics(user),
          roles: user.roles,
          inherited_roles: user.inheritedRoles,
          cohort: 'Member',
          status: statusOf(user),
          manageable: user.roles.every((role) => manageable.includes(role)),
        })),
      ...(await identity.listInheritedUsers(project_id))
        .filter((user) => isShown(user, context.config))
        .map((user) => ({
          ...basics(user),
          roles: user.inheritedRoles.length > 0 ? user.inheritedRoles : user.roles,
          inherited_roles: [],
          cohort: 'Inherited',
          status: statusOf(user),
          manageable: false,
        })),
    ];
    const invited: JsonObject[] = [];
    const open = { taskTypes: [INVITATION], projectId: project_id, completed: false, cancelled: false };
    for (const task of await context.findTasks(open)) invited.push(...(await invitation(task, context)));
    return { status: 200, body: { users: [...users, ...invited] } };
  },
};

/** The members of the caller's project and its open invitations (workflow-v1 §5.1). */
export const userList: DelegateApi = {
  name: 'UserList',
  path: 'openstack/users',
  config: { blacklisted_roles: [] },
  methods: { GET, POST: INVITE },
};

/** Whether a user is listed: holders of the configured roles are not. */
export function isShown({ roles, inheritedRoles }: IdentityMember, config: JsonObject): boolean {
  const hidden = texts(config, 'blacklisted_roles');
  return ![...roles, ...inheritedRoles].some((role) => hidden.includes(role));
}

const basics = ({ id, name, email }: IdentityMember) => ({ id, name, email });

const statusOf = ({ enabled }: IdentityMember) => (enabled ? 'Active' : 'Account Disabled');

/** The invitation in a task, as an entry of the list of users. */
async function invitation(task: Task, context: DelegateContext): Promise<JsonObject[]> {
  const invited = task.actions.find(({ data }) => data['email'] !== undefined);
  if (!invited) return [];
  const { email = '', username, roles = [], inherited_roles = [] } = invited.data;
  const { expired, failed } = await context.troubleOf(task);
  const invalid = task.actions.some(({ valid }) => !valid);
  const status = invalid ? 'Invalid' : failed ? 'Failed' : expired ? 'Expired' : 'Invited';
  const { uuid: id } = task;
  return [{ id, name: username ?? email, email, roles, inherited_roles, cohort: 'Invited', status }];
}
