import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, START_MS } from '../../../test/support/engines.ts';
import { partsOver, person } from '../../../test/support/parts.ts';
import { Ledger } from '../../ledger/ledger.ts';
import { UNLIMITED } from '../../lib/limits.ts';
import { openMailer } from '../../mail/mailer.ts';
import { Outbox } from '../../mail/outbox.ts';
import { Templates } from '../../mail/templates.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { Application } from '../applications/application.ts';
import type { Project } from '../project.ts';
import { ProjectAnnouncements } from './announcements.ts';
import { PROJECT_MAILS } from './project-mails.ts';

const UUID = 'c1d7a9f0-2b54-4c1e-8f0e-5d3b7a6e9c12';
const RESOURCES = {
  vm: { name: 'vm', service_type: 't', service_origin: 's' },
  ram: { name: 'ram', service_type: 't', service_origin: 's', unit: 'bytes' },
};

function projectOf(owner: string | null): Project {
  return {
    id: 7,
    uuid: UUID,
    state: 'active',
    name: 'Analytical Engine',
    owner,
    homepage: 'https://engine.example.org',
    description: 'Two\nlines',
    createdAt: START_MS,
    startDate: null,
    endDate: Date.UTC(2031, 4, 30),
    joinPolicy: 'moderated',
    leavePolicy: 'auto',
    maxMembers: UNLIMITED,
    private: false,
    systemProject: false,
    stateReason: null,
    activatedAt: START_MS,
    deactivatedAt: null,
    members: 0,
    lastApplication: null,
    referenceApplication: null,
  };
}

function applicationOf(project: Project, overrides: Partial<Application>): Application {
  return {
    id: 12,
    project: project.uuid,
    projectId: project.id,
    state: 'pending',
    creates: false,
    applicant: project.owner,
    owner: project.owner,
    changes: {},
    comments: '',
    issuedAt: START_MS,
    resolvedAt: null,
    resolvedBy: null,
    response: null,
    replaced: null,
    applied: null,
    ...overrides,
  };
}

forEachEngine((_engine, open) => {
  async function prepared() {
    const parts = partsOver(await open());
    const { storage, clock, resources, accounts, components, services } = parts;
    await components.add({ name: 'c' });
    await services.import({ s: { component: 'c', type: 't', endpoints: [], resources: RESOURCES } });
    const ledger = await Ledger.open({ storage, clock });
    const written: string[] = [];
    const mailer = openMailer('console', 'cloud@example.org', (text) => written.push(text));
    const outbox = new Outbox({ storage, clock, mailer, give_up_after_ms: 1 });
    const announcements = new ProjectAnnouncements({
      outbox,
      templates: new Templates(PROJECT_MAILS),
      resources,
      ledger,
      baseUrl: 'https://cloud.example.org/purser',
      serviceName: 'Example Cloud',
      recipients: ['desk@example.org', 'boss@example.org'],
    });
    const ada = await accounts.create({
      ...person('Ada@Example.org'),
      firstName: 'Ada',
      lastName: 'Lovelace',
    });
    const grace = await accounts.create({
      ...person('grace@example.org'),
      firstName: 'Grace',
      lastName: 'Hopper',
    });
    /** The mails that something brings about, in the order of their recipients. */
    const mailsOf = async (work: (tx: Transaction) => Promise<void>): Promise<string[]> => {
      written.length = 0;
      await storage.transaction(work);
      await outbox.deliverDue();
      return [...written].sort();
    };
    const kinds = async () => (await outbox.list({ limit: 1000 })).map(({ kind, to }) => `${kind} → ${to}`);
    return { storage, ledger, announcements, ada, grace, mailsOf, kinds };
  }

  test('an application for a new project is put before those who decide, with all that it asks for', async () => {
    const { announcements, ada, mailsOf } = await prepared();
    const project = projectOf(ada.uuid);
    const application = applicationOf(project, {
      creates: true,
      comments: 'Please.\nSoon.',
      changes: {
        name: project.name,
        resources: [
          { resource: 'vm', capacity: 10n, memberCapacity: UNLIMITED },
          { resource: 'ram', capacity: 68719476736n, memberCapacity: 1610612736n },
        ],
      },
    });
    const mails = await mailsOf((tx) =>
      announcements.applicationSubmitted(tx, { application, project, applicant: ada.uuid }),
    );
    assert.equal(mails.length, 2);
    assert.equal(
      mails[0],
      `From: cloud@example.org
To: boss@example.org
Subject: [Example Cloud] Application 12: new project Analytical Engine

ada@example.org has applied for the new project Analytical Engine on Example Cloud.

  Application: 12, of 1 January 2030, 00:00 UTC
  Project: ${UUID}
  Name: Analytical Engine
  Owner: ada@example.org
  Homepage: https://engine.example.org
  Description: Two
    lines
  Starts on: at once
  Ends on: 30 May 2031
  Joining: after approval
  Leaving: at once
  Members at most: unlimited
  Private: no

Limits:

  ram: 64 GiB for the project, 1.5 GiB for each member
  vm: 10 for the project, unlimited for each member

The applicant says:

  Please.
  Soon.

Approve or deny it with the command:

  purser application approve 12

How to log in with the command:
https://cloud.example.org/purser/ui/

`,
    );
  });

  test('an application for a change says of every field and limit what it is until now, or that it stays', async () => {
    const { storage, ledger, announcements, ada, grace, mailsOf } = await prepared();
    const project = projectOf(ada.uuid);
    await storage.transaction(async (tx) => {
      await ledger.openProject(tx, UUID);
      await ledger.setPools(tx, UUID, [
        { resource: 'vm', capacity: 5n, memberCapacity: 2n },
        { resource: 'ram', capacity: 1024n, memberCapacity: 0n },
      ]);
    });
    const application = applicationOf(project, {
      applicant: null,
      changes: {
        owner: grace.uuid,
        endDate: Date.UTC(2032, 1, 29),
        joinPolicy: 'moderated',
        resources: [{ resource: 'vm', capacity: 10n, memberCapacity: 2n }],
      },
    });
    const [mail = ''] = await mailsOf((tx) =>
      announcements.applicationSubmitted(tx, { application, project, applicant: null }),
    );
    assert.match(mail, /^Subject: \[Example Cloud\] Application 12: change of project Analytical Engine$/m);
    assert.match(mail, /^An operator has applied for a change/m);
    const lines = [
      'Name: Analytical Engine (unchanged)',
      'Owner: grace@example.org (until now: ada@example.org)',
      'Ends on: 29 February 2032 (until now: 30 May 2031)',
      'Joining: after approval (unchanged)',
      'ram: 1 KiB for the project, 0 B for each member (unchanged)',
      'vm: 10 for the project, 2 for each member (until now: 5 and 2)',
    ];
    for (const line of lines) assert.ok(mail.includes(`\n  ${line}\n`), `${line}\n\n${mail}`);
    assert.doesNotMatch(mail, /The applicant says/);
  });

  test('each outcome reaches those whom it concerns, active or not, with the words that were given', async () => {
    const { announcements, ada, grace, mailsOf, kinds } = await prepared();
    const project = projectOf(ada.uuid);
    const application = applicationOf(project, { applicant: grace.uuid, response: 'Well argued.' });
    const all = await mailsOf(async (tx) => {
      await announcements.applicationApproved(tx, { application, project, previousState: 'suspended' });
      await announcements.applicationDenied(tx, { application, project, reason: 'Too much.' });
      for (const change of ['suspended', 'resumed', 'terminated', 'reinstated', 'expired'] as const) {
        await announcements.projectChanged(tx, { project, change, reason: 'Because.' });
      }
      for (const kind of ['join', 'leave'] as const) {
        await announcements.membershipRequested(tx, { project, user: grace.uuid, kind });
      }
      const changes = ['accepted', 'rejected', 'removed', 'suspended', 'unsuspended', 'enrolled'] as const;
      for (const change of changes) {
        await announcements.membershipChanged(tx, { project, user: grace.uuid, change, reason: ' ' });
      }
      await announcements.expiring(tx, { project, days: 7 });
    });
    assert.deepEqual(await kinds(), [
      'application-approved → grace@example.org',
      'application-approved-notice → desk@example.org',
      'application-approved-notice → boss@example.org',
      'application-denied → grace@example.org',
      ...['suspended', 'resumed', 'terminated', 'reinstated', 'expired'].map(
        (change) => `project-${change} → Ada@Example.org`,
      ),
      'join-requested → Ada@Example.org',
      'leave-requested → Ada@Example.org',
      ...['accepted', 'rejected', 'removed', 'suspended', 'unsuspended', 'enrolled'].map(
        (change) => `membership-${change} → grace@example.org`,
      ),
      'project-expiring → Ada@Example.org',
    ]);
    assert.equal(all.length, 18);
    for (const mail of all) {
      assert.match(mail, /^Subject: \[Example Cloud\] .*Analytical Engine$/m);
      assert.match(mail, /^https:\/\/cloud\.example\.org\/purser\/ui\//m);
      assert.doesNotMatch(mail, /undefined|\[object|\n\n\n\n/);
    }
    const withSubject = (words: RegExp) => all.find((mail) => words.test(mail)) ?? '';
    assert.match(withSubject(/^Subject: .* Approved: your application/m), /Reason:\n\n {2}Well argued\./);
    assert.match(withSubject(/^To: boss/m), /The project was suspended before and is active now\./);
    assert.match(withSubject(/^Subject: .* Denied/m), /Reason:\n\n {2}Too much\./);
    assert.match(
      withSubject(/^Subject: .* asks to join/m),
      /Grace Hopper \(grace@example\.org\) asks to become a member/,
    );
    assert.doesNotMatch(withSubject(/^Subject: .* You are a member/m), /Reason/);
    assert.match(
      withSubject(/^Subject: .* Ends in 7 days/m),
      new RegExp(
        `ends in 7 days, on 30 May 2031\\.[^]* {2}purser project renew ${UUID} --end-date 2032-05-30\n`,
      ),
    );
  });

  test('a reason that only programs understand is put into words', async () => {
    const { announcements, ada, mailsOf } = await prepared();
    const [mail = ''] = await mailsOf((tx) =>
      announcements.projectChanged(tx, {
        project: projectOf(ada.uuid),
        change: 'suspended',
        reason: 'user_deactivation',
      }),
    );
    assert.match(mail, /Reason:\n\n {2}Your account has been deactivated\.\n/);
  });

  test('without recipients nothing is written', async () => {
    const { announcements, mailsOf } = await prepared();
    const project = projectOf(null);
    const application = applicationOf(project, {});
    const unknown = '00000000-0000-4000-8000-000000000000';
    const mails = await mailsOf(async (tx) => {
      await announcements.projectChanged(tx, { project, change: 'suspended', reason: null });
      await announcements.expiring(tx, { project, days: 1 });
      await announcements.applicationDenied(tx, { application, project, reason: 'No.' });
      await announcements.membershipChanged(tx, { project, user: unknown, change: 'removed', reason: null });
    });
    assert.deepEqual(mails, []);
  });
});
