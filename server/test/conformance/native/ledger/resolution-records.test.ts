import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStorage } from '../../../../src/storage/open.ts';
import { DatabaseUnavailable } from '../../../../src/storage/outages/availability.ts';
import type { Storage } from '../../../../src/storage/storage.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser } from '../../../support/harness.ts';
import { asker } from '../asking.ts';
import { type IssuingCloud, startIssuing } from './issuing.ts';

/** While `gone`, no transaction begins from the moment on at which the ledger has committed what is to be recorded. */
function failingStorage(storage: Storage): { storage: Storage; gone: boolean } {
  const failing = {
    gone: false,
    storage: {
      ...storage,
      transaction: async <T>(work: Parameters<typeof storage.transaction<T>>[0]) => {
        const traces = failing.gone
          ? await storage.db.selectFrom('ledger_traces').select('serial').execute()
          : [];
        if (traces.length === 0) return storage.transaction(work);
        const outage = { kind: 'away', advice: 'of this test', error: new Error('away') } as const;
        throw new DatabaseUnavailable(outage);
      },
    },
  };
  return failing;
}

forEachEngine((_name, _open, freshUrl) => {
  /** Does something as an operator, fails before its record is written, and answers what a restart has recorded. */
  async function crashAfter(
    act: (cloud: IssuingCloud) => Promise<{ prepared: () => Promise<{ status: number }> }>,
  ): Promise<Record<string, unknown>[]> {
    const url = await freshUrl();
    const failing = failingStorage(openStorage(url, 2));
    const cloud = await startIssuing(async () => failing.storage);
    const { prepared } = await act(cloud);
    failing.gone = true;
    assert.equal((await prepared()).status, 503);
    assert.deepEqual(await entriesOf(cloud.operator), [], 'no entry was written');
    await cloud.purser.app.close();
    return restarted(url);
  }

  /** What is recorded of commissions and reconciliations after two starts on the same database. */
  async function restarted(url: string): Promise<Record<string, unknown>[]> {
    const first = await startPurser(() => openStorage(url, 2));
    const entries = await entriesOf(asker(first));
    await first.app.close();
    const second = await startPurser(() => openStorage(url, 2));
    assert.deepEqual(await entriesOf(asker(second)), entries, 'a second start records nothing again');
    await second.app.close();
    return entries;
  }

  async function entriesOf(ask: ReturnType<typeof asker>): Promise<Record<string, unknown>[]> {
    const { body } = await ask('GET', '/audit?limit=100');
    return (body['items'] as Record<string, unknown>[])
      .filter(({ action }) => /^commission\.|^quota\.reconcile$/.test(String(action)))
      .map(({ action, subject, before, after, reason, at }) => ({
        ...{ action, subject, before, after, reason, at },
      }))
      .reverse();
  }

  test("an operator's resolution is recorded once, with its time, after a crash that followed its commit", async () => {
    let expected: unknown;
    const entries = await crashAfter(async (cloud) => {
      const serial = await cloud.serial();
      cloud.purser.clock.advance(5000);
      const at = new Date(cloud.purser.clock.now()).toISOString();
      const what = { action: 'commission.reject', subject: String(serial), before: { state: 'pending' } };
      expected = [{ ...what, after: { state: 'rejected' }, reason: 'of no use', at }];
      return {
        prepared: () => cloud.operator('POST', `/commissions/${serial}/reject`, { reason: 'of no use' }),
      };
    });
    assert.deepEqual(entries, expected);
  });

  test('a partial acceptance is recorded after a crash with what was accepted', async () => {
    const entries = await crashAfter(async (cloud) => {
      const serial = await cloud.serial({ provisions: cloud.provisions({ 'service1.r11': 3 }) });
      const provisions = cloud.provisions({ 'service1.r11': 1 });
      return { prepared: () => cloud.operator('POST', `/commissions/${serial}/accept`, { provisions }) };
    });
    const [entry] = entries as { after: { state: string; accepted: { quantity: number }[] } }[];
    assert.deepEqual(
      [entries.length, entry?.after.state, entry?.after.accepted.map(({ quantity }) => quantity)],
      [1, 'accepted', [1, 1]],
    );
  });

  test('each commission of a bulk resolution is recorded once after a crash', async () => {
    const serials: number[] = [];
    const entries = await crashAfter(async (cloud) => {
      for (let count = 0; count < 3; count += 1) serials.push(await cloud.serial());
      const [one, two, three] = serials;
      const body = { accept: [one, two], reject: [three] };
      return { prepared: () => cloud.operator('POST', '/commissions/resolve', body) };
    });
    const [one, two, three] = serials.map(String);
    assert.deepEqual(
      entries.map(({ action, subject }) => [action, subject]),
      [
        ['commission.accept', one],
        ['commission.accept', two],
        ['commission.reject', three],
      ],
    );
  });

  test('what the removal of a component resolves is recorded after a crash', async () => {
    let serial = 0;
    const entries = await crashAfter(async (cloud) => {
      serial = await cloud.serial();
      return { prepared: () => cloud.operator('DELETE', '/components/component1?resolve=reject') };
    });
    assert.deepEqual(
      entries.map(({ action, subject }) => [action, subject]),
      [['commission.reject', String(serial)]],
    );
  });

  test('a correction of charges for pending applications is recorded once after a crash', async () => {
    let user = '';
    const entries = await crashAfter(async (cloud) => {
      user = cloud.user.uuid;
      const provision = { resource: 'astakos.pending_app', quantity: 1n };
      const verdict = await cloud.purser.domain.ledger.issue({
        component: 'astakos',
        name: 'a charge without an application',
        force: true,
        autoAccept: true,
        provisions: [
          { holder: `user:${user}`, source: `project:${user}`, ...provision },
          { holder: `project:${user}`, source: null, ...provision },
        ],
      });
      assert.ok(verdict.ok);
      return { prepared: () => cloud.operator('POST', '/quotas/reconciliation', { fix: true }) };
    });
    assert.deepEqual(
      entries.map(({ action, subject, before, after }) => ({ action, subject, before, after })),
      [
        {
          action: 'quota.reconcile',
          subject: user,
          before: { charged_user: 1, charged_project: 1 },
          after: { charged_user: 0, charged_project: 0 },
        },
      ],
    );
  });

  test('repeating a resolution whose record failed writes the record', async () => {
    const failing = failingStorage(openStorage(await freshUrl(), 2));
    const cloud = await startIssuing(async () => failing.storage);
    const serial = await cloud.serial();
    failing.gone = true;
    assert.equal((await cloud.operator('POST', `/commissions/${serial}/accept`, {})).status, 503);
    failing.gone = false;
    for (let count = 0; count < 2; count += 1) {
      assert.equal((await cloud.operator('POST', `/commissions/${serial}/accept`, {})).status, 200);
      const entries = await entriesOf(cloud.operator);
      assert.deepEqual(
        entries.map(({ action }) => action),
        ['commission.accept'],
      );
    }
    await cloud.purser.app.close();
  });
});
