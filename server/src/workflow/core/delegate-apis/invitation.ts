import type { DelegateApi, DelegateMethod } from '../../delegates/delegate-api.ts';
import { creating, known } from './task-created.ts';

/** Asks somebody into the caller's project. */
export const INVITE: DelegateMethod = creating(
  'invite_user_to_project',
  'mod_or_admin',
  ({ caller, body }) => {
    const { project_id, project_domain_id } = known(caller);
    return {
      ...body,
      project_id: body['project_id'] ?? project_id,
      domain_id: body['domain_id'] ?? project_domain_id,
    };
  },
);

/** The invitation under its first name (workflow-v1 §5.9). */
export const inviteUser: DelegateApi = {
  name: 'InviteUser',
  path: 'actions/InviteUser',
  methods: { POST: INVITE },
};
