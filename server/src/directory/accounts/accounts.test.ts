import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, START_MS } from '../../../test/support/engines.ts';
import { partsOver, person, refusal } from '../../../test/support/parts.ts';
import type { Account, AccountState } from '../tokens/principal.ts';
import type { AccountTransition } from './account-transitions.ts';
import type { Accounts } from './accounts.ts';

/** Brings a new account into a state, by the transitions that lead there. */
async function accountIn(accounts: Accounts, state: AccountState): Promise<Account> {
  const { uuid } = await accounts.create(person(`${state}@example.org`));
  if (state === 'pending_verification') return accounts.get(uuid);
  await accounts.verify(uuid);
  if (state === 'rejected') await accounts.reject(uuid, 'unknown person');
  if (['active', 'inactive', 'deleted'].includes(state)) await accounts.accept(uuid, 'manual');
  if (state === 'deleted') await accounts.delete(uuid, 'asked for it');
  if (state === 'inactive') await accounts.deactivate(uuid, 'holiday');
  return accounts.get(uuid);
}

function pass(accounts: Accounts, transition: AccountTransition, uuid: string): Promise<Account> {
  if (transition === 'verify' || transition === 'activate') return accounts[transition](uuid);
  return accounts[transition](uuid, 'because');
}

/** account-v1 §6.3: from each state, where each transition leads or why it is refused. */
const OUTCOMES: Record<AccountTransition, Record<AccountState, string>> = {
  verify: {
    pending_verification: 'pending_moderation',
    pending_moderation: 'account_already_verified',
    rejected: 'account_already_verified',
    active: 'account_already_verified',
    inactive: 'account_already_verified',
    deleted: 'account_already_verified',
  },
  accept: {
    pending_verification: 'account_not_verified',
    pending_moderation: 'active',
    rejected: 'active',
    active: 'account_already_moderated',
    inactive: 'account_already_moderated',
    deleted: 'account_already_moderated',
  },
  reject: {
    pending_verification: 'account_not_verified',
    pending_moderation: 'rejected',
    rejected: 'account_already_moderated',
    active: 'account_already_moderated',
    inactive: 'account_already_moderated',
    deleted: 'account_already_moderated',
  },
  activate: {
    pending_verification: 'account_not_verified',
    pending_moderation: 'account_not_moderated',
    rejected: 'account_rejected',
    active: 'account_already_active',
    inactive: 'active',
    deleted: 'active',
  },
  deactivate: {
    pending_verification: 'account_not_verified',
    pending_moderation: 'account_not_moderated',
    rejected: 'account_rejected',
    active: 'inactive',
    inactive: 'inactive',
    deleted: 'deleted',
  },
  delete: {
    pending_verification: 'account_not_verified',
    pending_moderation: 'account_not_moderated',
    rejected: 'account_rejected',
    active: 'deleted',
    inactive: 'deleted',
    deleted: 'deleted',
  },
};

const STATES = Object.keys(OUTCOMES.verify) as AccountState[];

forEachEngine((_engine, open) => {
  for (const transition of Object.keys(OUTCOMES) as AccountTransition[]) {
    test(`${transition} follows the state machine of accounts, and is refused otherwise`, async () => {
      const { accounts } = partsOver(await open());
      for (const state of STATES) {
        const before = await accountIn(accounts, state);
        const outcome = OUTCOMES[transition][state];
        if (outcome.startsWith('account_')) {
          await assert.rejects(pass(accounts, transition, before.uuid), refusal(outcome), state);
          assert.deepEqual(await accounts.get(before.uuid), before);
        } else {
          const after = await pass(accounts, transition, before.uuid);
          assert.equal(after.state, outcome, state);
          assert.deepEqual(await accounts.get(before.uuid), after);
        }
      }
    });
  }

  test('each transition stores its time, reason and authority', async () => {
    const { accounts, clock } = partsOver(await open());
    const { uuid, createdAt } = await accounts.create(person('Trace@Example.org'));
    assert.equal(createdAt, START_MS);
    clock.advance(1);
    assert.equal((await accounts.verify(uuid)).verifiedAt, START_MS + 1);
    clock.advance(1);
    const rejected = await accounts.reject(uuid, 'spam');
    assert.deepEqual([rejected.moderatedAt, rejected.rejectedReason], [START_MS + 2, 'spam']);
    clock.advance(1);
    const accepted = await accounts.accept(uuid, 'auto_moderation');
    assert.equal(accepted.moderatedAt, START_MS + 3);
    assert.equal(accepted.rejectedReason, null);
    assert.equal(accepted.acceptedPolicy, 'auto_moderation');
    assert.equal(accepted.defaultProject, uuid);
    clock.advance(1);
    await accounts.deactivate(uuid, 'first');
    clock.advance(1);
    const again = await accounts.deactivate(uuid, 'second');
    assert.deepEqual([again.deactivatedAt, again.deactivatedReason], [START_MS + 4, 'second']);
    const back = await accounts.activate(uuid);
    assert.deepEqual([back.deactivatedAt, back.deactivatedReason], [null, null]);
  });

  test('listeners are called once per transition, and can prevent it', async () => {
    const { accounts, changes } = partsOver(await open());
    const heard: string[] = [];
    changes.onAccepted(async (_tx, account) => void heard.push(`accepted ${account.state}`));
    changes.onActivated(async (_tx, account) => void heard.push(`activated ${account.state}`));
    changes.onDeactivated(async (_tx, account, reason) => void heard.push(`${account.state}: ${reason}`));
    const { uuid } = await accounts.createActive(person('a@example.org'));
    await accounts.deactivate(uuid, 'one');
    await accounts.deactivate(uuid, 'two');
    await accounts.activate(uuid);
    assert.deepEqual(heard, ['accepted active', 'inactive: one', 'activated active']);
    changes.onAccepted(async () => {
      throw new Error('no room');
    });
    await assert.rejects(accounts.createActive(person('b@example.org')), /no room/);
    assert.deepEqual(await accounts.list({ limit: 10, search: 'b@example' }), []);
  });

  test('a new registration replaces an unverified account of the same name', async () => {
    const { accounts } = partsOver(await open());
    const first = await accounts.create(person('kpap@example.org'));
    const second = await accounts.create(person('KPAP@example.org'));
    assert.notEqual(second.uuid, first.uuid);
    await assert.rejects(accounts.get(first.uuid), refusal('account_not_found'));
    assert.deepEqual([second.email, second.username], ['KPAP@example.org', 'kpap@example.org']);
    assert.equal((await accounts.list({ limit: 10 })).length, 1);
  });

  test('the address of a verified account is taken, in any letter case and in every state', async () => {
    const { accounts } = partsOver(await open());
    for (const state of STATES.filter((state) => state !== 'pending_verification')) {
      const { email } = await accountIn(accounts, state);
      await assert.rejects(
        accounts.create(person((email ?? '').toUpperCase())),
        refusal('email_taken'),
        state,
      );
    }
  });

  test('concurrent registrations of one address leave one account', async () => {
    const { accounts } = partsOver(await open());
    const tries = Array.from({ length: 8 }, () => accounts.createActive(person('race@example.org')));
    const outcomes = await Promise.allSettled(tries);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'email_taken');
    }
  });

  test('an invalid name, password or address is refused before anything is stored', async () => {
    const { accounts } = partsOver(await open());
    const valid = person('x@example.org');
    await assert.rejects(accounts.create({ ...valid, email: 'x@' }), refusal('email_invalid'));
    await assert.rejects(accounts.create({ ...valid, firstName: 'a\0b' }), refusal('invalid_field'));
    await assert.rejects(accounts.create({ ...valid, lastName: 'x'.repeat(101) }), refusal('invalid_field'));
    await assert.rejects(accounts.create({ ...valid, password: 'seven77' }), refusal('invalid_field'));
    await assert.rejects(accounts.create({ ...valid, affiliation: 'a\nb' }), refusal('invalid_field'));
    assert.deepEqual(await accounts.list({ limit: 1 }), []);
  });

  test('an update changes the given fields, and the user name with the e-mail', async () => {
    const { accounts } = partsOver(await open());
    const { uuid } = await accounts.createActive(person('old@example.org'));
    const other = await accounts.create(person('other@example.org'));
    const changed = await accounts.update(uuid, { email: 'New@Example.org', lastName: 'Else' });
    assert.deepEqual([changed.username, changed.fullName], ['new@example.org', 'Test Else']);
    await assert.rejects(accounts.update(uuid, { email: other.email ?? '' }), refusal('email_taken'));
    await assert.rejects(accounts.update(uuid, { email: 'unknown' }), refusal('email_invalid'));
    assert.equal((await accounts.update(uuid, { email: 'NEW@example.org' })).email, 'NEW@example.org');
    await assert.rejects(accounts.update('unknown', { firstName: 'A' }), refusal('account_not_found'));
    assert.equal((await accounts.update(uuid, { defaultProject: 'p-1' })).defaultProject, 'p-1');
    assert.equal((await accounts.update(uuid, { defaultProject: null })).defaultProject, null);
  });

  test('operators find an account by id, uuid and e-mail; other texts find nothing', async () => {
    const { accounts } = partsOver(await open());
    const account = await accounts.create(person('Find@example.org'));
    for (const reference of [String(account.id), account.uuid, 'FIND@EXAMPLE.ORG']) {
      assert.deepEqual(await accounts.find(reference), account);
    }
    for (const reference of ['', '0', '9'.repeat(30), 'a\0b', '\ud800', 'unknown@example.org', "' OR 1=1"]) {
      await assert.rejects(accounts.find(reference), refusal('account_not_found'), reference);
    }
    await assert.rejects(accounts.get('a\0b'), refusal('account_not_found'));
    await assert.rejects(accounts.verify('a\0b'), refusal('account_not_found'));
  });

  test('lists are paged by id and filtered by state and by parts of names', async () => {
    const { accounts } = partsOver(await open());
    const all: Account[] = [];
    for (const state of STATES) all.push(await accountIn(accounts, state));
    const [first, second, third] = await accounts.list({ limit: 3 });
    assert.deepEqual([first, second, third], all.slice(0, 3));
    assert.deepEqual(await accounts.list({ limit: 3, after: third?.id ?? 0 }), all.slice(3));
    for (const state of STATES) {
      assert.deepEqual(
        (await accounts.list({ limit: 10, state })).map((account) => account.state),
        [state],
      );
    }
    assert.equal((await accounts.list({ limit: 10, active: true })).length, 1);
    assert.equal((await accounts.list({ limit: 10, active: false })).length, 5);
    const found = async (search: string) => (await accounts.list({ limit: 10, search })).length;
    assert.equal(await found('PENDING_MOD'), 1);
    assert.equal(await found('test us'), 6);
    assert.equal(await found('100%'), 0);
    assert.equal(await found('a\0b'), 0);
    assert.equal(await found(all[0]?.uuid ?? ''), 1);
  });

  test('catalogs translate between uuids and user names, thousands at a time', async () => {
    const { accounts } = partsOver(await open());
    const a = await accounts.create(person('A@example.org'));
    const b = await accounts.create(person('b@example.org'));
    const noise = Array.from({ length: 9_998 }, (_, index) => `unknown-${index}`);
    assert.deepEqual(
      await accounts.usernamesOf([a.uuid, 'a\0b', '\ud800', a.uuid.toUpperCase(), ...noise]),
      new Map([[a.uuid, 'a@example.org']]),
    );
    assert.deepEqual(
      await accounts.uuidsOf(['B@EXAMPLE.ORG', 'c@example.org', ...noise]),
      new Map([['B@EXAMPLE.ORG', b.uuid]]),
    );
    assert.equal((await accounts.usernamesOf('all')).size, 2);
    assert.equal((await accounts.uuidsOf('all')).size, 2);
    assert.equal((await accounts.usernamesOf([])).size, 0);
  });

  test('only the correct password verifies an account, by uuid or e-mail', async () => {
    const { accounts } = partsOver(await open());
    const { uuid } = await accounts.create({
      ...person('Pass@example.org'),
      password: 'correct horse',
      passwordOnce: true,
    });
    assert.equal((await accounts.verifyPassword('pASS@example.org', 'correct horse'))?.uuid, uuid);
    assert.equal((await accounts.verifyPassword(uuid.toUpperCase(), 'correct horse'))?.passwordOnce, true);
    assert.equal(await accounts.verifyPassword(uuid, 'wrong horse'), undefined);
    assert.equal(await accounts.verifyPassword('unknown@example.org', 'correct horse'), undefined);
    assert.equal(await accounts.verifyPassword('a\0b', 'correct horse'), undefined);
    assert.equal(await accounts.verifyPassword(uuid, 'x'.repeat(100_000)), undefined);
    const changed = await accounts.update(uuid, { password: 'battery staple' });
    assert.equal(changed.passwordOnce, false);
    assert.equal(await accounts.verifyPassword(uuid, 'correct horse'), undefined);
    assert.equal((await accounts.verifyPassword(uuid, 'battery staple'))?.uuid, uuid);
    const plain = await accounts.create(person('none@example.org'));
    assert.equal(plain.passwordSet, false);
    assert.equal(await accounts.verifyPassword(plain.uuid, ''), undefined);
  });
});
