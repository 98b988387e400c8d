import { isObject } from '@purser/text/json';
import type { Connection } from '../connection.ts';
import { path } from '../http/path.ts';

/** Addresses from the public catalog, without a slash at the end. */
export interface Places {
  readonly account: string;
  readonly ui: string;
}

/**
 * Looks up the addresses of the account API and of the user interface on first use: POST `tokens` without a body, in
 * the endpoint `v1.0` of the service `astakos_account`. Only the paths are used: scheme, host and port stay those of
 * the client's URL. Without such an entry, the default paths apply. A result is cached, a failure is not.
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
