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
      'Both as they are at one moment, while commissions go on. The answer comes in pieces and can take minutes on a ' +
      'large cloud; if the connection is cut before its end, so is the verification. Corrections can be made by one ' +
      'verification at a time.',
    problems: [409],
    texts: { 409: 'A verification that corrects is under way already.' },
    answers: { 200: named(QuotaVerification) },
  },
  { body: QuotaVerificationRequest },
);

/** Whether what the ledger says is what its commissions say. */
export function quotaVerificationRoutes(app: NativeApp, domain: Domain): void {
  app.post('/quotas/verification', verify, (request, reply) => {
    const { fix = false } = request.body;
    const findings = verifyCounters(domain, actorOf(request), { fix });
    return stream(reply, 'application/json; charset=utf-8', keptAlive(jsonOf(findings)));
  });
}

/** One object, damaged commissions before differences, as the findings come. */
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
