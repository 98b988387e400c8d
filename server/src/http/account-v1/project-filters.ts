import type { FastifyReply, FastifyRequest } from 'fastify';
import { isObject, type JsonObject } from '../../lib/text/json.ts';
import type { ProjectQuery } from '../../projects/projects.ts';
import {
  APPLICATION_STATES,
  PROJECT_STATES,
  PROJECT_STATUSES,
  type ProjectStatus,
  statusOf,
} from '../../projects/vocabulary.ts';
import { badRequest } from '../cloudfault/fault.ts';
import { lastValue } from '../kernel/bearer.ts';
import type { Generation } from './generation.ts';
import { olderQuery, textsOf } from './older-query.ts';

const MODES = ['default', 'member', 'related', 'active'] as const;

/** Query parameters that the older generation does not have. */
const FILTERS_OF_B = ['name', 'owner', 'state', 'mode'];

export interface ProjectFilters {
  readonly query: Omit<ProjectQuery, 'limit' | 'after'>;
  /** Whether the request is of the older generation, which the response must then match. */
  readonly older: boolean;
  /** The generation whose forms the request uses; undefined if it uses forms of both. */
  readonly form: Generation | undefined;
}

/**
 * The filters of a list of projects: query parameters, or a filter of the older generation, which also includes
 * applications (projects §1.1, account-v1 §7.3).
 */
export async function readProjectFilters(
  request: FastifyRequest,
  reply: FastifyReply,
  olderCaller: boolean,
): Promise<ProjectFilters> {
  const asked = await olderQuery(request, reply);
  const parameters = request.query as Record<string, unknown>;
  const form = formOf(asked, parameters);
  // The older generation has no modes, and no public projects.
  const older = form === undefined ? olderCaller : form === 'a';
  const mode = lastValue(parameters['mode']) ?? (older ? 'related' : 'default');
  if (!isOneOf(MODES, mode)) throw badRequest(`mode should be one of ${MODES.join(', ')}.`);
  return {
    query: { mode, ...(asked ? { ...olderFilter(asked), applied: true } : newerFilter(parameters)) },
    older,
    form,
  };
}

function formOf(asked: JsonObject | undefined, parameters: Record<string, unknown>): Generation | undefined {
  if (asked !== undefined) return 'a';
  return FILTERS_OF_B.some((key) => parameters[key] !== undefined) ? 'b' : undefined;
}

type Filter = Pick<ProjectQuery, 'names' | 'owners' | 'states' | 'statuses'>;

function newerFilter(parameters: Record<string, unknown>): Filter {
  const only = (key: string): string[] | undefined => {
    const value = lastValue(parameters[key]);
    return value === undefined ? undefined : [value];
  };
  const [state] = only('state') ?? [];
  if (state !== undefined && !isOneOf(PROJECT_STATES, state)) throw unknownState(PROJECT_STATES);
  return { names: only('name'), owners: only('owner'), ...(state !== undefined && { states: [state] }) };
}

const FILTERS = ['name', 'owner', 'state'];

function olderFilter(asked: JsonObject): Filter {
  const filter = asked['filter'] ?? {};
  if (!isObject(filter)) throw badRequest('filter should be a JSON dict.');
  const unknown = Object.keys(filter).find((key) => !FILTERS.includes(key));
  if (unknown !== undefined) throw badRequest(`Projects can be filtered by ${FILTERS.join(', ')}.`);
  const statuses = textsOf(filter, 'state')?.flatMap(statusesCalled);
  return {
    names: textsOf(filter, 'name'),
    owners: textsOf(filter, 'owner'),
    ...(statuses && { statuses: [...new Set(statuses)] }),
  };
}

/** Accepts names of both generations; a state of the newer one stands for all statuses of the older one that it includes. */
function statusesCalled(word: string): ProjectStatus[] {
  if (isOneOf(PROJECT_STATES, word)) {
    return [...new Set([null, ...APPLICATION_STATES].map((application) => statusOf(word, application)))];
  }
  if (isOneOf(PROJECT_STATUSES, word)) return [word];
  throw unknownState([...new Set([...PROJECT_STATUSES, ...PROJECT_STATES])]);
}

function isOneOf<Word extends string>(words: readonly Word[], word: string): word is Word {
  return (words as readonly string[]).includes(word);
}

const unknownState = (words: readonly string[]) => badRequest(`state should be one of ${words.join(', ')}.`);
