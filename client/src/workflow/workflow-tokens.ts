import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import type { TokenFilters } from './filters.ts';
import { filtered, one, type Send } from './workflow-caller.ts';
import type { Noted, WorkflowToken, WorkflowTokenDescription } from './workflow-schemas.ts';

/** Task tokens: secrets, sent by mail, that submit a task. */
export class WorkflowTokens {
  readonly #send: Send;
  readonly #sendOpen: Send;

  constructor(send: Send, sendOpen: Send) {
    this.#send = send;
    this.#sendOpen = sendOpen;
  }

  /** Tokens, newest first. Sends `GET /v1/tokens`. @throws BadRequest, Unauthorized, Forbidden */
  async list(
    { filters }: { readonly filters?: TokenFilters | undefined } = {},
    options?: CallOptions,
  ): Promise<readonly WorkflowToken[]> {
    const call = { method: 'GET', path: path`/tokens`, query: filtered(filters), list: 'tokens' } as const;
    return (await this.#send<{ tokens: WorkflowToken[] }>(call, options)).tokens;
  }

  /**
   * The fields that a token requires; needs no API token. Sends `GET /v1/tokens/<token>`.
   * @throws BadRequest if the task is closed, NotFound if the token is unknown or expired
   */
  get(token: string, options?: CallOptions): Promise<WorkflowTokenDescription> {
    return this.#sendOpen({ method: 'GET', path: one('tokens', token) }, options);
  }

  /**
   * Submits a task with its token and the required fields, for example `{ password }` or `{ confirm: true }`; needs no
   * API token unless `get` says so. Sends `POST /v1/tokens/<token>`.
   * @throws BadRequest, Unauthorized, NotFound, Unavailable
   */
  submit(token: string, data: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Noted> {
    return this.#sendOpen({ method: 'POST', path: one('tokens', token), json: data }, options);
  }

  /**
   * Mails a new token of a task; the previous one becomes invalid. Sends `POST /v1/tokens`.
   * @throws BadRequest if the task needs no token, Unauthorized, Forbidden, NotFound
   */
  reissue(task: string, options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'POST', path: path`/tokens`, json: { task } }, options);
  }

  /** Deletes all tokens that have expired. Sends `DELETE /v1/tokens`. @throws Unauthorized, Forbidden */
  clearExpired(options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'DELETE', path: path`/tokens` }, options);
  }
}
