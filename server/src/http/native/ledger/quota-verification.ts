import { QuotaVerification, QuotaVerificationRequest } from '@purser/api/native/ledger/quota-verification';
import type { Domain } from '../../../domain.ts';
import type { Finding, HoldingDifference } from '../../../ledger/verification/verification.ts';
import { verifyCounters } from '../../../oversight/verification.ts';
import { actorOf } from '../frame/access.ts';
import { JsonList } from '../frame/json-list.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { keptAlive, stream } from '../frame/streaming.ts';

const verify = operation(
  {
    id: 'verifyQuotas',
    tag: 'Quotas',
    access: 'operator',
    summary: 'Compare the counters of all holdings with the commissions',
    description:
      'Both are read at one moment while commissions continue. The response is streamed and can take minutes on a ' +
      'large cloud; closing the connection cancels the verification. Only one verification at a time can make ' +
      'corrections.',
    problems: [409],
    texts: { 409: 'A verification that makes corrections is already running.' },
    answers: { 200: named(QuotaVerification) },
  },
  { body: QuotaVerificationRequest },
);

/** Verifies that the counters of the ledger agree with its commissions. */
export function quotaVerificationRoutes(app: NativeApp, domain: Domain): void {
  app.post('/quotas/verification', verify, (request, reply) => {
    const { fix = false } = request.body;
    const findings = verifyCounters(domain, actorOf(request), { fix });
    return stream(reply, 'application/json; charset=utf-8', keptAlive(jsonOf(findings)));
  });
}

/** One object: damaged commissions first, then differences, in the order of the findings. */
async function* jsonOf(findings: AsyncGenerator<Finding>): AsyncGenerator<string> {
  let list = new JsonList();
  let listing: 'damaged' | 'differences' = 'damaged';
  for await (const finding of findings) {
    if (finding.kind === 'begun') {
      yield '';
      yield '{"damaged":[';
    } else if (finding.kind === 'damaged') {
      yield list.add(finding.serials);
    } else {
      if (listing === 'damaged') {
        yield '],"differences":[';
        list = new JsonList();
        listing = 'differences';
      }
      if (finding.kind === 'differences') yield list.add(finding.differences.map(presentDifference));
      else yield `],"commissions":${finding.commissions},"holdings":${finding.holdings}}`;
    }
  }
}

function presentDifference({ holder, source, resource, expected, actual, fixed }: HoldingDifference) {
  return {
    holder,
    source,
    resource,
    expected: { usage_min: expected.min, usage_max: expected.max },
    actual: { usage_min: actual.min, usage_max: actual.max },
    fixed,
  };
}
