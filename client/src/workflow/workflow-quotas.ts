import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { exactlyShaped } from '../native/exact-integers.ts';
import type { Send } from './workflow-caller.ts';
import type { Noted, WorkflowQuotas as Quotas } from './workflow-schemas.ts';

const BY_SERVICE = { '*': { '*': 1 } } as const;
/** Where the answer has quantities. */
const QUANTITIES = {
  regions: { current_quota: BY_SERVICE, current_usage: BY_SERVICE },
  quota_sizes: { '*': BY_SERVICE },
} as const;

/** The quotas of the project to which the token is bound, in sizes. */
export class WorkflowQuotas {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * What the project may use, what sizes there are, and which changes were asked for. Sends `GET /v1/openstack/quotas`.
   * @throws BadRequest if there is no such region, Unauthorized, Forbidden
   */
  async get(
    {
      regions,
      includeUsage = true,
    }: {
      /** All of them unless said. */
      readonly regions?: readonly string[] | undefined;
      /** Whether to look up what is used; true unless said. */
      readonly includeUsage?: boolean | undefined;
    } = {},
    options?: CallOptions,
  ): Promise<Quotas> {
    // Whatever is not empty means yes.
    const query = { regions: regions?.join(), include_usage: includeUsage ? 'true' : '' };
    const answer = await this.#send({ method: 'GET', path: path`/openstack/quotas`, query }, options);
    return exactlyShaped(answer, QUANTITIES) as Quotas;
  }

  /**
   * Asks for a size, in some regions or in all. What may be had at once is given at once, the rest waits for an
   * operator. Sends `POST /v1/openstack/quotas`.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict if the same was asked for already
   */
  update(
    change: { readonly size: string; readonly regions?: readonly string[] | undefined },
    options?: CallOptions,
  ): Promise<Noted> {
    return this.#send({ method: 'POST', path: path`/openstack/quotas`, json: change }, options);
  }
}
