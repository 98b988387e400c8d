import { LIMITS } from '../limits.ts';
import { lineFault } from './text.ts';

/**
 * Why a text cannot be stored as the URL of a component, an endpoint or a webhook; undefined if it can. Only http and
 * https are taken: these URLs become links in browsers, and the service calls those of webhooks.
 */
export function webUrlFault(url: string): string | undefined {
  const fault = lineFault(url, LIMITS.url_length);
  if (fault !== undefined) return fault;
  const protocol = URL.canParse(url) && !/\s/.test(url) ? new URL(url).protocol : '';
  return protocol === 'http:' || protocol === 'https:' ? undefined : 'must be an http or https URL';
}
