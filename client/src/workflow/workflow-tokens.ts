import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import type { TokenFilters } from './filters.ts';
import { filtered, one, type Send } from './workflow-caller.ts';
import type { Noted, WorkflowToken, WorkflowTokenDescription } from './workflow-schemas.ts';

/** Tokens: secrets that people get by mail, with which they finish a task. */
export class WorkflowTokens {
  readonly #send: Send;
  readonly #sendOpen: Send;

  constructor(send: Send, sendOpen: Send) {
    this.#send = send;
    this.#sendOpen = sendOpen;
  }

  /** Tokens, the newest first. Sends `GET /v1/tokens`. @throws BadRequest, Unauthorized, Forbidden */
  async list(
    { filters }: { readonly filters?: TokenFilters | undefined } = {},
    options?: CallOptions,
  ): Promise<readonly WorkflowToken[]> {
    const call = { method: 'GET', path: path`/tokens`, query: filtered(filters), list: 'tokens' } as const;
    return (await this.#send<{ tokens: WorkflowToken[] }>(call, options)).tokens;
  }

  /**
   * What is to be sent with a token; needs no other token. Sends `GET /v1/tokens/<token>`.
   * @throws BadRequest if the task is over, NotFound if there is no such token or it has expired
   */
  get(token: string, options?: CallOptions): Promise<WorkflowTokenDescription> {
    return this.#sendOpen({ method: 'GET', path: one('tokens', token) }, options);
  }

  /**
   * Finishes a task with its token, and with what that asks for, such as `{ password }` or `{ confirm: true }`; needs no
   * other token, unless its description says so. Sends `POST /v1/tokens/<token>`.
   * @throws BadRequest, Unauthorized, NotFound, Unavailable
   */
  submit(token: string, data: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Noted> {
    return this.#sendOpen({ method: 'POST', path: one('tokens', token), json: data }, options);
  }

  /**
   * Sends a task's token anew; the one before is worth nothing any more. Sends `POST /v1/tokens`.
   * @throws BadRequest if the task has none to send, Unauthorized, Forbidden, NotFound
   */
  reissue(task: string, options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'POST', path: path`/tokens`, json: { task } }, options);
  }

  /** Deletes all tokens that have expired. Sends `DELETE /v1/tokens`. @throws Unauthorized, Forbidden */
  clearExpired(options?: CallOptions): Promise<Noted> {
    return this.#send({ method: 'DELETE', path: path`/tokens` }, options);
  }
}
