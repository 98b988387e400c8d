import { isObject } from '@purser/text/json';
import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { type Ask, required } from './account-calls.ts';
import { objectIn, quantityIn, unexpected } from './expected.ts';

/** The response of `getUserInfo` about the owner of a token, with the property names of the API. */
export interface UserInfo {
  /** The number of the account. All other calls use the `uuid`. */
  readonly id: number;
  readonly uuid: string;
  readonly username: string;
  readonly displayname: string;
  readonly email: readonly string[];
  /** First and last name. */
  readonly name: string;
  readonly groups: readonly string[];
  readonly auth_token: string | null;
  /** Null if the response does not have it. */
  readonly auth_token_created: Date | null;
  readonly auth_token_expires: Date | null;
  /** Limits and usage in the user's system project; only on request. */
  readonly usage?: readonly ResourceUsage[];
}

/** Limit and usage of one resource for a user, with display texts. */
export interface ResourceUsage {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly help_text: string;
  readonly help_text_input_each: string;
  readonly is_abbreviation: boolean;
  readonly report_desc: string;
  readonly placeholder: string;
  readonly verbose_name: string;
  readonly display_name: string;
  readonly pluralized_display_name: string;
  /** The limit. */
  readonly maxValue: bigint;
  /** The usage. */
  readonly currValue: bigint;
}

/** Operations of a user on their own account. */
export interface OwnAccount {
  /**
   * The owner of the token, by the oldest call of the API; prefer `authenticate`.
   * Servers of different versions write numbers and dates in different forms; the result has one form.
   * GET `authenticate`, with `?usage=1` if the usage is asked for.
   * @throws Unauthorized; InvalidResponse; ConnectionError
   */
  getUserInfo(what?: { readonly usage?: boolean | undefined }, options?: CallOptions): Promise<UserInfo>;
  /**
   * Sends a feedback mail to the operators; not retried if it may have arrived. POST `feedback`, as a form.
   * @param data diagnostic data, for example what the client was doing
   * @throws BadValue if there is no message; BadRequest if it is blank or too long; Unauthorized; PurserError with
   *   status 502 if the mail could not be sent; ConnectionError
   */
  sendFeedback(message: string, data?: string, options?: CallOptions): Promise<void>;
  /**
   * Sets the project that the user's tokens act on by default. POST `myaccount/default_project`.
   * @throws BadValue if no project is given; NotFound if there is none or the user is not in it; Forbidden if it is
   *   suspended or the membership is not effective; Conflict if it has ended; Unauthorized; ConnectionError
   */
  setDefaultProject(project: string, options?: CallOptions): Promise<void>;
}

export function ownAccount(ask: Ask): OwnAccount {
  return {
    getUserInfo: async ({ usage = false } = {}, options) => {
      const query = usage ? { usage: 1 } : {};
      const answer = await ask({ method: 'GET', path: path`/authenticate`, query }, options);
      return userInfo(answer);
    },
    sendFeedback: async (message, data = '', options) => {
      const form = { feedback_msg: String(required(message, 'The message')), feedback_data: data };
      const text = new URLSearchParams(form).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      await ask({ method: 'POST', path: path`/feedback`, text, headers }, options);
    },
    setDefaultProject: async (project, options) => {
      const json = { project_id: required(project, 'The project') };
      const at = path`/myaccount/default_project`;
      await ask({ method: 'POST', path: at, json, repeatable: true }, options);
    },
  };
}

/** Converts the forms that different server versions use (account-v1 §3.2). */
function userInfo(answer: Awaited<ReturnType<Ask>>): UserInfo {
  const info = objectIn(answer);
  const { id, uuid, username, displayname = username, email, usage } = info;
  if (typeof uuid !== 'string') return unexpected(answer, `an object with 'uuid'`);
  return {
    ...info,
    id: Number(id),
    displayname,
    email: typeof email === 'string' ? email.replace(/^\[|\]$/g, '').split(/,\s*/) : email,
    groups: info['groups'] ?? [],
    auth_token: info['auth_token'] ?? null,
    auth_token_created: dateOf(info['auth_token_created']),
    auth_token_expires: dateOf(info['auth_token_expires']),
    ...(Array.isArray(usage) && {
      usage: usage.filter(isObject).map((item) => ({
        ...item,
        maxValue: quantityIn(answer, item['maxValue']),
        currValue: quantityIn(answer, item['currValue']),
      })),
    }),
  } as unknown as UserInfo;
}

/** A date from a string or from milliseconds since 1970. */
function dateOf(value: unknown): Date | null {
  const date = new Date(typeof value === 'string' || typeof value === 'number' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}
