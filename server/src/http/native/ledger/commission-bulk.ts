import type { ChargingBounds } from '../../../catalog/charging-bounds.ts';
import type { IssueRequest, IssueVerdict } from '../../../ledger/core/commission.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { PurserError } from '../../../lib/errors.ts';
import { LIMITS } from '../../../lib/limits.ts';
import { isObject, type Json, type JsonObject, stringifyExact } from '../../../lib/text/json.ts';
import { type Issuing, readIssue, refusalOf, refuseUnknown } from '../../kernel/commission-body.ts';
import { problemOf } from '../frame/faults.ts';

/**
 * Issues many commissions and returns a result for each, as text: one body holds thousands of provisions, so it is
 * traversed as few times as possible.
 */
export async function issueBulk(
  { ledger, chargingBounds }: { ledger: Ledger; chargingBounds: ChargingBounds },
  body: JsonObject,
  issuing: Issuing,
): Promise<string> {
  const read = commissionsOf(body).map((item, index) => readItem(item, index, issuing));
  for (const [index, one] of read.entries()) {
    if (one instanceof PurserError) continue;
    const refusal = chargingBounds.refusal(one.component, one.provisions);
    if (refusal) read[index] = (await refusal) ?? one;
  }
  const requests = read.filter((one): one is IssueRequest => !(one instanceof PurserError));
  const verdicts = (await ledger.issueMany(requests)).values();
  const results = read.map((one) =>
    one instanceof PurserError
      ? problemText(one)
      : verdictText(verdicts.next().value as IssueVerdict | Error),
  );
  return `{"results":[${results.join(',')}]}`;
}

const BODY_KEYS = new Set(['commissions']);

function commissionsOf(body: JsonObject): Json[] {
  refuseUnknown(body, BODY_KEYS, '');
  const { commissions } = body;
  if (commissions === undefined) throw invalid('is missing');
  if (!Array.isArray(commissions)) throw invalid('must be a list');
  if (commissions.length <= LIMITS.commissions_per_bulk) return commissions;
  throw invalid(`must have at most ${LIMITS.commissions_per_bulk} items`);
}

const invalid = (reason: string) => new PurserError('invalid_field', { field: 'commissions', reason });

/** The request, or its error, which does not affect other items. */
function readItem(item: Json, index: number, issuing: Issuing): IssueRequest | PurserError {
  if (!isObject(item)) {
    return new PurserError('invalid_field', { field: `commissions.${index}`, reason: 'must be an object' });
  }
  try {
    return readIssue(item, issuing, { strict: true });
  } catch (error) {
    if (error instanceof PurserError) return error;
    throw error;
  }
}

function verdictText(verdict: IssueVerdict | Error): string {
  if (verdict instanceof Error) {
    const { cause } = verdict;
    return problemText(cause instanceof PurserError ? cause : new PurserError('unexpected'));
  }
  if (!verdict.ok) return problemText(refusalOf(verdict));
  return `{"serial":${verdict.serial},"replayed":${verdict.replayed === true}}`;
}

function problemText(error: PurserError): string {
  return `{"problem":${stringifyExact(problemOf(error))}}`;
}
