import { isObject } from '@purser/text/json';
import type { Connection } from '../connection.ts';
import { path } from '../http/path.ts';

/** Addresses that the public catalog tells; none ends with a slash. */
export interface Places {
  readonly account: string;
  readonly ui: string;
}

/**
 * Looks up the addresses of the account dialect and the pages on first use: POST `tokens` without a
 * body, where the endpoint `v1.0` of the service called `astakos_account` says it. Only the paths count: scheme, host
 * and port stay those that the caller was given. Where the catalog has no such entry, the usual places are assumed. What
 * was found is remembered, a failure is not.
 */
export function placesOf({ addresses, caller, tokenHeader }: Connection): () => Promise<Places> {
  const { base, identity } = addresses;
  const below = (address: unknown): string | undefined =>
    typeof address === 'string' && address !== '' && URL.canParse(address, base)
      ? new URL(base).origin + new URL(address, base).pathname.replace(/\/+$/, '')
      : undefined;
  const find = async (): Promise<Places> => {
    const { data } = await caller.call({
      method: 'POST',
      base: identity,
      path: path`/tokens`,
      headers: { 'content-type': 'application/json', ...tokenHeader },
      repeatable: true,
    });
    const endpoint = accountEndpoint(data);
    return {
      account: below(endpoint?.['publicURL']) ?? `${base}/account/v1.0`,
      ui: below(endpoint?.['SNF:uiURL']) ?? `${base}/ui`,
    };
  };
  let found: Promise<Places> | undefined;
  return () => {
    found ??= find().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

function accountEndpoint(data: unknown): Record<string, unknown> | undefined {
  const services = (data as { access?: { serviceCatalog?: unknown } } | undefined)?.access?.serviceCatalog;
  const service = items(services).find((one) => one['name'] === 'astakos_account');
  return items(service?.['endpoints']).find((one) => one['versionId'] === 'v1.0');
}

function items(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
