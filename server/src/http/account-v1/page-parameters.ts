import type { FastifyRequest } from 'fastify';
import { LIMITS } from '../../lib/limits.ts';
import { isStorable } from '../../lib/text/text.ts';
import { badRequest } from '../cloudfault/fault.ts';
import { lastValue } from '../kernel/bearer.ts';

/** The header with the `marker` of the next page; absent on the last page. */
export const NEXT_MARKER = 'x-purser-next-marker';

export interface AskedPage {
  readonly size: number;
  /** The id of the last item of the previous page. */
  readonly marker: string | undefined;
}

/**
 * The page that a request states with `limit` and `marker`, an extension of Purser; undefined without them: clients of
 * the older systems get the whole list.
 */
export function pageParameters(request: FastifyRequest): AskedPage | undefined {
  const marker = textParameter(request, 'marker');
  const limit = limitParameter(request);
  if (marker === undefined && limit === undefined) return undefined;
  return { size: limit ?? LIMITS.page_default, marker };
}

/** The number in the marker of a page; undefined without a marker. */
export function numberOfMarker(page: AskedPage | undefined): number | undefined {
  const marker = page?.marker;
  if (marker === undefined) return undefined;
  if (/^[0-9]{1,15}$/.test(marker)) return Number(marker);
  throw badRequest('marker should be the id of the last item of the previous page.');
}

function limitParameter(request: FastifyRequest): number | undefined {
  const text = lastValue((request.query as Record<string, unknown>)['limit']);
  if (text === undefined) return undefined;
  const limit = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMITS.page_max) return limit;
  throw badRequest(`limit should be a number from 1 to ${LIMITS.page_max}.`);
}

function textParameter(request: FastifyRequest, key: string): string | undefined {
  const text = lastValue((request.query as Record<string, unknown>)[key]);
  if (text !== undefined && !isStorable(text)) throw badRequest(`${key} is not a valid text.`);
  return text;
}
