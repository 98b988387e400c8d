import type { Transaction } from '../../storage/storage.ts';
import type { Application } from '../applications/application.ts';
import type { Project } from '../project.ts';
import type { ProjectState } from '../vocabulary.ts';

/**
 * Who is notified of what (projects §5). Each is called inside the transaction that brings it about,
 * so no mail reports a change that did not happen. Users are named by their uuids.
 */
export interface ProjectEvents {
  applicationSubmitted(
    tx: Transaction,
    facts: { application: Application; project: Project; applicant: string | null },
  ): Promise<void>;
  applicationApproved(
    tx: Transaction,
    facts: { application: Application; project: Project; previousState: ProjectState },
  ): Promise<void>;
  applicationDenied(
    tx: Transaction,
    facts: { application: Application; project: Project; reason: string },
  ): Promise<void>;
  projectChanged(
    tx: Transaction,
    facts: {
      project: Project;
      change: 'suspended' | 'resumed' | 'terminated' | 'reinstated' | 'expired';
      reason: string | null;
    },
  ): Promise<void>;
  membershipRequested(
    tx: Transaction,
    facts: { project: Project; user: string; kind: 'join' | 'leave' },
  ): Promise<void>;
  membershipChanged(
    tx: Transaction,
    facts: {
      project: Project;
      user: string;
      change: 'accepted' | 'rejected' | 'removed' | 'suspended' | 'unsuspended' | 'enrolled';
      reason: string | null;
    },
  ): Promise<void>;
  expiring(tx: Transaction, facts: { project: Project; days: number }): Promise<void>;
}
