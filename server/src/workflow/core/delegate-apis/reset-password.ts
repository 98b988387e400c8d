import { PurserError } from '../../../lib/errors.ts';
import { isObject, type JsonObject } from '../../../lib/text/json.ts';
import type { DelegateAnswer, DelegateApi, DelegateRequest } from '../../delegates/delegate-api.ts';
import type { DelegateContext } from '../../delegates/delegate-context.ts';
import { isKnown } from '../../engine/caller.ts';
import type { Task } from '../../engine/task.ts';
import { numberOf } from '../settings.ts';
import { isAdmin } from './task-created.ts';

const CONFIG: JsonObject = {
  /** The shortest time of an answer, so that its time does not reveal whether the user exists. */
  minimum_seconds: 3,
};

/** The answer is the same whether or not the user exists. */
const methods: DelegateApi['methods'] = {
  POST: { gate: 'none', handle: (request, context) => reset(request.body, request, context) },
};

async function reset(
  body: JsonObject,
  { caller }: DelegateRequest,
  context: DelegateContext,
): Promise<DelegateAnswer> {
  const { config } = context;
  let task: Task | undefined;
  try {
    task = await context.createTask('reset_user_password', caller, body);
  } catch (error) {
    if (error instanceof PurserError && !dependsOnUsers(error)) throw error;
  }
  await context.takeAtLeast(numberOf(config, 'minimum_seconds', 3) * 1000);
  const mayLook = task !== undefined && isKnown(caller) && isAdmin(caller);
  return {
    status: 202,
    body: {
      notes: ['If user with email exists, reset token will be issued.'],
      ...(mayLook && { task: task?.uuid }),
    },
  };
}

/**
 * Whether a refusal could reveal which users exist. Errors in the request itself do not, nor does the number of requests
 * of its sender. The number of mails to an address does.
 */
function dependsOnUsers({ code, data }: PurserError): boolean {
  return data['errors'] === undefined && !(code === 'too_many_requests' && data['of'] === 'requests');
}

/** Requests a password reset by e-mail address (workflow-v1 §5.5). */
export const userResetPassword: DelegateApi = {
  name: 'UserResetPassword',
  path: 'openstack/users/password-reset',
  config: CONFIG,
  methods,
};

/** The same API under its older name. */
export const resetPassword: DelegateApi = {
  name: 'ResetPassword',
  path: 'actions/ResetPassword',
  config: CONFIG,
  methods,
};

/**
 * An administrator starts a password reset for a user (workflow-v1 §1.8). Its old client wraps the input in `email`.
 */
export const userSetPassword: DelegateApi = {
  name: 'UserSetPassword',
  path: 'openstack/users/password-set',
  config: { minimum_seconds: 0 },
  methods: {
    POST: {
      gate: 'admin',
      handle: (request, context) => {
        const { email } = request.body;
        return reset(isObject(email) ? email : request.body, request, context);
      },
    },
  },
};
