import type { Scenario } from '../scenario.ts';
import { clientReservations } from './client-reservations.ts';
import { commissionBulk } from './commission-bulk.ts';
import { commissionIssue } from './commission-issue.ts';
import { commissionIssueLarge } from './commission-issue-large.ts';
import { commissionIssueOneProject } from './commission-issue-one-project.ts';
import { commissionLatency } from './commission-latency.ts';
import { commissionPair } from './commission-pair.ts';
import { controlCommission } from './control-commission.ts';
import { limitsChange } from './limits-change.ts';
import { loadGenerator } from './load-generator.ts';
import { memoryUnderLoad } from './memory-under-load.ts';
import { projectScale } from './project-scale.ts';
import { referencesReplay, referencesReplayIssue } from './references-replay.ts';
import { start } from './start.ts';
import { tokenValidation } from './token-validation.ts';

/** All scenarios, in the order in which they run and are reported. */
export const SCENARIOS: Scenario[] = [
  loadGenerator,
  controlCommission,
  commissionIssue,
  commissionIssueOneProject,
  commissionPair,
  referencesReplay,
  referencesReplayIssue,
  commissionBulk,
  commissionIssueLarge,
  commissionLatency,
  tokenValidation,
  limitsChange,
  projectScale,
  clientReservations,
  memoryUnderLoad,
  start,
];
