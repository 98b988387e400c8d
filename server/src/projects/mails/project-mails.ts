import { templatesIn } from '../../mail/templates.ts';
import type { ProjectState } from '../vocabulary.ts';

interface About {
  /** What the cloud calls itself. */
  service: string;
  /** The project's name. */
  project: string;
  /** The page of the service that says how to go on. */
  url: string;
  /** The command that shows what the mail is about. */
  show: string;
}

/** The outcome, and the reason that the actor gave. */
interface Outcome extends About {
  reason: string | null;
}

/** A line of an application, as people read it. */
export interface ApplicationField {
  label: string;
  value: string;
  /** Whether the project would change in it; of a new project everything is a change. */
  changed: boolean;
  /** What it is until now; empty for a new project. */
  before: string;
}

/** What a project may use of a resource as a whole, and what each member may, as people read it. */
export interface ApplicationLimit {
  resource: string;
  project: string;
  member: string;
  changed: boolean;
  /** Null where there is no limit until now. */
  before: { project: string; member: string } | null;
}

interface ApplicationFacts extends About {
  uuid: string;
  application: number;
  /** E-mail address; null for an operator's command. */
  applicant: string | null;
  issued: string;
  fields: ApplicationField[];
  limits: ApplicationLimit[];
  /** Empty if there are none. */
  comments: string;
  command: string;
}

interface ApplicationOutcome extends Outcome {
  application: number;
  /** Whether it was for a new project. */
  creates: boolean;
}

interface Ending extends About {
  endDate: string;
  /** How to ask for more time. */
  command: string;
}

interface MemberRequest extends About {
  /** Who asks: display name and full name. */
  user: string;
  name: string;
}

/** The mails of projects (projects §5), and what each of them tells. */
export interface ProjectMails {
  'application-new': ApplicationFacts;
  'application-modification': ApplicationFacts;
  'application-approved': ApplicationOutcome;
  'application-approved-notice': ApplicationOutcome & {
    applicant: string | null;
    previousState: ProjectState;
  };
  'application-denied': ApplicationOutcome;
  'project-suspended': Outcome;
  'project-resumed': Outcome;
  'project-terminated': Outcome;
  'project-reinstated': Outcome;
  'project-expiring': Ending & { days: number };
  'project-expired': Ending & { reason: string | null };
  'join-requested': MemberRequest;
  'leave-requested': MemberRequest;
  'membership-accepted': Outcome;
  'membership-rejected': Outcome;
  'membership-removed': Outcome;
  'membership-suspended': Outcome;
  'membership-unsuspended': Outcome;
  'membership-enrolled': Outcome;
}

const uuid = 'c1d7a9f0-2b54-4c1e-8f0e-5d3b7a6e9c12';
const about: About = {
  service: 'Example Cloud',
  project: 'Analytical Engine',
  url: 'https://cloud.example.org/ui/',
  show: `purser project show ${uuid}`,
};
const outcome: Outcome = { ...about, reason: 'The budget is spent.\nSee you next year.' };
const outcomes: readonly [Outcome, Outcome] = [outcome, { ...outcome, reason: null }];
const facts: ApplicationFacts = {
  ...about,
  show: 'purser application show 12',
  uuid,
  application: 12,
  applicant: 'ada@example.org',
  issued: '30 May 2031, 10:03 UTC',
  fields: [
    { label: 'Name', value: 'Analytical Engine', changed: false, before: 'Analytical Engine' },
    { label: 'Ends on', value: '30 May 2032', changed: true, before: '30 May 2031' },
  ],
  limits: [
    {
      resource: 'cyclades.vm',
      project: '10',
      member: '2',
      changed: true,
      before: { project: '5', member: '2' },
    },
    { resource: 'cyclades.gpu', project: '1', member: '1', changed: true, before: null },
    {
      resource: 'cyclades.ram',
      project: '64 GiB',
      member: '8 GiB',
      changed: false,
      before: { project: '64 GiB', member: '8 GiB' },
    },
  ],
  comments: 'The numbers of Bernoulli take longer than we thought.',
  command: 'purser application approve 12',
};
const sparse: ApplicationFacts = { ...facts, applicant: null, limits: [], comments: '' };
const decided: ApplicationOutcome = { ...outcome, application: 12, creates: true };
const change: ApplicationOutcome = { ...decided, creates: false, reason: null };
const ending: Ending = {
  ...about,
  endDate: '30 May 2031',
  command: `purser project renew ${uuid} --end-date 2032-05-30`,
};
const request: MemberRequest = { ...about, user: 'grace@example.org', name: 'Grace Hopper' };

export const PROJECT_MAILS = templatesIn<ProjectMails>(new URL('./templates/', import.meta.url), {
  'application-new': [facts, sparse],
  'application-modification': [facts, sparse],
  'application-approved': [decided, change],
  'application-approved-notice': [
    { ...decided, applicant: 'ada@example.org', previousState: 'uninitialized' },
    { ...change, applicant: null, previousState: 'suspended' },
  ],
  'application-denied': [decided, change],
  'project-suspended': outcomes,
  'project-resumed': outcomes,
  'project-terminated': outcomes,
  'project-reinstated': outcomes,
  'project-expiring': [
    { ...ending, days: 7 },
    { ...ending, days: 1 },
    { ...ending, days: 0 },
  ],
  'project-expired': [
    { ...ending, reason: 'The grant ended.' },
    { ...ending, reason: null },
  ],
  'join-requested': [request],
  'leave-requested': [request],
  'membership-accepted': outcomes,
  'membership-rejected': outcomes,
  'membership-removed': outcomes,
  'membership-suspended': outcomes,
  'membership-unsuspended': outcomes,
  'membership-enrolled': outcomes,
});
