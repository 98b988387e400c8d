import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { isObject, type Json, parseInput } from '../../lib/text/json.ts';
import type { FilterInput, ListPage, ListPosition } from '../../workflow/store/task-query.ts';
import type { Call } from './call.ts';
import { refusal } from './faults.ts';

/** The parameter `filters` as JSON; undefined if empty or absent (workflow-v1 §7). */
export function filtersOf(call: Call): FilterInput {
  const text = call.query('filters');
  if (text === undefined) return undefined;
  let filters: Json;
  try {
    filters = parseInput(text);
  } catch {
    throw new PurserError('filter_malformed');
  }
  // The examples of the older documentation wrap the filters.
  if (!isObject(filters) || Object.keys(filters).length !== 1) return filters;
  return isObject(filters['filters']) ? filters['filters'] : filters;
}

/** The requested part of a list; without a size, the whole list, whatever the page. */
export function positionOf(call: Call, sizeParameter: string): ListPosition {
  const size = call.query(sizeParameter);
  if (size === undefined) return 'all';
  const rows = integerOf(size);
  if (rows === undefined || rows < 1) throw refusal(400, `${sizeParameter} is not a positive integer`);
  const page = integerOf(call.query('page') ?? '1');
  if (page === undefined) throw refusal(400, 'Page not an integer');
  if (page < 1) throw refusal(400, 'Empty page');
  return { page, size: Math.min(rows, LIMITS.workflow_list) };
}

/** A list, with the paging properties if a page was requested. */
export function listBody<T>(
  key: string,
  { items, pages, hasMore, hasPrevious }: ListPage<T>,
  present: (item: T) => object,
): object {
  const paging = pages === null ? {} : { pages, has_more: hasMore, has_prev: hasPrevious };
  return { [key]: items.map(present), ...paging };
}

function integerOf(text: string): number | undefined {
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
}
