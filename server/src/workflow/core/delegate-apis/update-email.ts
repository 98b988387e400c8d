import type { DelegateApi } from '../../delegates/delegate-api.ts';
import { creating, known } from './task-created.ts';

/** Older clients call the new address `email`. */
const methods: DelegateApi['methods'] = {
  POST: creating('update_user_email', 'authenticated', ({ caller, body }) => {
    const { email, ...rest } = body;
    return {
      ...rest,
      ...(email !== undefined && rest['new_email'] === undefined && { new_email: email }),
      user_id: known(caller).user_id,
    };
  }),
};

/** Requests a change of the caller's e-mail address (workflow-v1 §5.6). */
export const userUpdateEmail: DelegateApi = {
  name: 'UserUpdateEmail',
  path: 'openstack/users/email-update',
  aliases: ['openstack/email-update'],
  methods,
};

/** The same API under its older name. */
export const updateEmail: DelegateApi = { name: 'UpdateEmail', path: 'actions/UpdateEmail', methods };
