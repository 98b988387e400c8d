import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { exactlyShaped } from '../native/exact-integers.ts';
import type { Send } from './workflow-caller.ts';
import type { Noted, WorkflowQuotas as Quotas } from './workflow-schemas.ts';

const BY_SERVICE = { '*': { '*': 1 } } as const;
/** Positions of quantities in the response. */
const QUANTITIES = {
  regions: { current_quota: BY_SERVICE, current_usage: BY_SERVICE },
  quota_sizes: { '*': BY_SERVICE },
} as const;

/** The quotas of the project that the token is bound to, in sizes. */
export class WorkflowQuotas {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * The quotas of the project, the available sizes, and requested changes. Sends `GET /v1/openstack/quotas`.
   * @throws BadRequest if a region is unknown, Unauthorized, Forbidden
   */
  async get(
    {
      regions,
      includeUsage = true,
    }: {
      /** Default: all regions. */
      readonly regions?: readonly string[] | undefined;
      /** Whether to include the usage; default true. */
      readonly includeUsage?: boolean | undefined;
    } = {},
    options?: CallOptions,
  ): Promise<Quotas> {
    // The service treats every text that is not empty as true.
    const query = { regions: regions?.join(), include_usage: includeUsage ? 'true' : '' };
    const answer = await this.#send({ method: 'GET', path: path`/openstack/quotas`, query }, options);
    return exactlyShaped(answer, QUANTITIES) as Quotas;
  }

  /**
   * Requests a size, in some regions or in all. Changes that need no approval take effect immediately, others wait for
   * an operator. Sends `POST /v1/openstack/quotas`.
   * @throws BadRequest, Unauthorized, Forbidden, Conflict if an equal request is open
   */
  update(
    change: { readonly size: string; readonly regions?: readonly string[] | undefined },
    options?: CallOptions,
  ): Promise<Noted> {
    return this.#send({ method: 'POST', path: path`/openstack/quotas`, json: change }, options);
  }
}
