import type { Command } from 'commander';
import { group } from '../../command.ts';
import { quotaListCommand } from './quota-list.ts';
import { quotaReconcileCommand } from './quota-reconcile.ts';
import { quotaVerifyCommand } from './quota-verify.ts';

export function quotaCommands(program: Command): void {
  const quota = group(program, 'quota', 'What may be used, and what is');
  quotaListCommand(quota);
  quotaVerifyCommand(quota);
  quotaReconcileCommand(quota);
}
