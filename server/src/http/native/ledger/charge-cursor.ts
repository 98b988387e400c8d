import type { ChargePosition } from '../../../ledger/usage/charges.ts';
import { isStorable } from '../../../lib/text/text.ts';
import { wrongCursor } from '../frame/paging.ts';

/** Where the next page of charges begins, and the end of the period that the first page used. */
interface ChargeCursor {
  readonly after: ChargePosition;
  readonly to: number;
}

export function writeChargeCursor({ after: { kind, user, project_id, resource }, to }: ChargeCursor): string {
  return Buffer.from(`${kind}:${project_id}:${resource}:${to}:${user}`).toString('base64url');
}

export function readChargeCursor(text: string): ChargeCursor {
  const plain = Buffer.from(text, 'base64url').toString('utf8');
  const match = /^([01]):([0-9]{1,15}):([0-9]{1,16}):([0-9]{1,15}):(.*)$/s.exec(plain);
  if (!match) throw wrongCursor();
  const [, kind, project_id, resource, to, user = ''] = match;
  const cursor: ChargeCursor = {
    after: {
      kind: kind === '0' ? 0 : 1,
      project_id: Number(project_id),
      resource: Number(resource),
      user,
    },
    to: Number(to),
  };
  if (!isStorable(user) || writeChargeCursor(cursor) !== text) throw wrongCursor();
  return cursor;
}
