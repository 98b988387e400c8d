import { PurserError } from '../../../lib/errors.ts';
import { isObject, type JsonObject } from '../../../lib/json.ts';
import type { Backends } from '../../backends.ts';
import { isKnown } from '../../caller.ts';
import type { DelegateAnswer, DelegateApi, DelegateRequest } from '../../delegate-api.ts';
import type { DelegateContext } from '../../delegate-context.ts';
import type { Task } from '../../task.ts';
import { numberOf } from '../settings.ts';
import { Rate } from './rate.ts';
import { isAdmin } from './task-created.ts';

const CONFIG: JsonObject = {
  /** What an answer takes at least, so that its time does not tell whether there is such a user. */
  minimum_seconds: 3,
  /** From one network address; more are told to come back later. */
  requests_per_minute: 60,
  /** To one e-mail address; more are answered as ever, and nothing is sent. */
  mails_per_hour: 20,
};

const MINUTE_MS = 60_000;

interface Rates {
  readonly requests: Rate;
  readonly mails: Rate;
}

/** What each service, of several in one process, has counted. */
const RATES = new WeakMap<Backends, Rates>();

function ratesOf(backends: Backends): Rates {
  const known = RATES.get(backends);
  if (known) return known;
  const rates = { requests: new Rate(MINUTE_MS), mails: new Rate(60 * MINUTE_MS) };
  RATES.set(backends, rates);
  return rates;
}

/** Whether there is such a user is not told, whatever comes of it. */
const methods: DelegateApi['methods'] = {
  POST: {
    gate: 'none',
    handle: async (request, context) => {
      const { config, now_ms, backends } = context;
      const { requests } = ratesOf(backends);
      const limit = numberOf(config, 'requests_per_minute', 60);
      if (!requests.allows(request.address ?? '', limit, now_ms)) throw new PurserError('too_busy');
      const email = request.body['email'];
      const address = typeof email === 'string' ? email.trim().toLowerCase() : '';
      const most = numberOf(config, 'mails_per_hour', 20);
      const sends = address === '' || ratesOf(backends).mails.allows(address, most, now_ms);
      return reset(request.body, request, context, sends);
    },
  },
};

async function reset(
  body: JsonObject,
  { caller }: DelegateRequest,
  context: DelegateContext,
  sends: boolean,
): Promise<DelegateAnswer> {
  const { config } = context;
  let task: Task | undefined;
  if (sends) {
    try {
      task = await context.createTask('reset_user_password', caller, body);
    } catch (error) {
      // What is wrong with the request itself does not depend on who there is.
      if (error instanceof PurserError && error.data['errors'] !== undefined) throw error;
    }
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

/** Somebody has forgotten the password (spec workflow 5.5). */
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
 * An administrator has somebody set another password (spec workflow 1.9). Its old client wraps the input in `email`
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
        return reset(isObject(email) ? email : request.body, request, context, true);
      },
    },
  },
};
