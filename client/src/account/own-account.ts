import { isObject } from '@purser/text/json';
import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { type Ask, given } from './account-calls.ts';
import { objectIn, quantityIn, unexpected } from './expected.ts';

/** The answer of `getUserInfo` about the bearer of a token; names as on the wire. */
export interface UserInfo {
  /** The number of the account; `uuid` is what everything else goes by. */
  readonly id: number;
  readonly uuid: string;
  readonly username: string;
  readonly displayname: string;
  readonly email: readonly string[];
  /** First and last name. */
  readonly name: string;
  readonly groups: readonly string[];
  readonly auth_token: string | null;
  /** Null where the answer does not tell it. */
  readonly auth_token_created: Date | null;
  readonly auth_token_expires: Date | null;
  /** What there is of each resource on the user's own project; only where it was asked for. */
  readonly usage?: readonly ResourceUsage[];
}

/** What a user has of one resource, with words for people. */
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

/** What a user does about the own account. */
export interface OwnAccount {
  /**
   * Who the bearer of the token is, by the oldest call there is; `authenticate` is today's.
   * Servers of different age tell numbers and dates in different forms; here they always come in the same.
   * GET `authenticate`, with `?usage=1` if the usage is asked for.
   * @throws Unauthorized; InvalidResponse; ConnectionError
   */
  getUserInfo(what?: { readonly usage?: boolean | undefined }, options?: CallOptions): Promise<UserInfo>;
  /**
   * Sends a word to the operators, by mail; not repeated where it may have arrived. POST `feedback`, as a form.
   * @param data anything that helps to understand it, such as what the client was doing
   * @throws BadValue if there is no message; BadRequest if it is blank or too long; Unauthorized; PurserError with
   *   status 502 if the mail could not be sent; ConnectionError
   */
  sendFeedback(message: string, data?: string, options?: CallOptions): Promise<void>;
  /**
   * Makes a project the one that the user's tokens act on if they name none. POST `myaccount/default_project`.
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
      const form = { feedback_msg: String(given(message, 'The message')), feedback_data: data };
      const text = new URLSearchParams(form).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      await ask({ method: 'POST', path: path`/feedback`, text, headers }, options);
    },
    setDefaultProject: async (project, options) => {
      const json = { project_id: given(project, 'The project') };
      const at = path`/myaccount/default_project`;
      await ask({ method: 'POST', path: at, json, repeatable: true }, options);
    },
  };
}

/** Documents and servers of different age disagree about some forms (account-v1 §3.2). */
function userInfo(answer: Awaited<ReturnType<Ask>>): UserInfo {
  const info = objectIn(answer);
  const { id, uuid, username, displayname = username, email, usage } = info;
  if (typeof uuid !== 'string') return unexpected(answer, `one with 'uuid'`);
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

/** A text, or milliseconds since 1970. */
function dateOf(value: unknown): Date | null {
  const date = new Date(typeof value === 'string' || typeof value === 'number' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}
