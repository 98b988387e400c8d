import { PurserError } from '../../../lib/errors.ts';
import { isObject, type JsonObject } from '../../../lib/text/json.ts';
import type { DelegateAnswer, DelegateApi, DelegateRequest } from '../../delegates/delegate-api.ts';
import type { DelegateContext } from '../../delegates/delegate-context.ts';
import { isKnown } from '../../engine/caller.ts';
import type { Task } from '../../engine/task.ts';
import { numberOf } from '../settings.ts';
import { isAdmin } from './task-created.ts';

const CONFIG: JsonObject = {
  /** What an answer takes at least, so that its time does not tell whether there is such a user. */
  minimum_seconds: 3,
};

/** Whether there is such a user is not told, whatever comes of it. */
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
 * Whether a refusal may tell which users there are. What is wrong with the request itself does not, and neither does
 * how many requests its sender has made. How many mails an address has had is nothing to tell strangers.
 */
function dependsOnUsers({ code, data }: PurserError): boolean {
  return data['errors'] === undefined && !(code === 'too_many_requests' && data['of'] === 'requests');
}

/** Somebody has forgotten the password (workflow-v1 §5.5). */
export const userResetPassword: DelegateApi = {
  name: 'UserResetPassword',
  path: 'openstack/users/password-reset',
  config: CONFIG,
  methods,
};

/** The same under its first name. */
export const resetPassword: DelegateApi = {
  name: 'ResetPassword',
  path: 'actions/ResetPassword',
  config: CONFIG,
  methods,
};

/**
 * An administrator has somebody set another password (workflow-v1 §1.8). Its old client wraps the input in `email`
 * once more.
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
