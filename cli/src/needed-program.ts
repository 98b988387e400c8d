import type { Command } from 'commander';
import { bareProgram } from './bare-program.ts';

/** The modules of commands by the first word that calls them, so that one command need not load all others. */
const MODULES: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  application: async () => (await import('./commands/projects/application.ts')).applicationCommands,
  approval: async () => (await import('./commands/workflow/approval.ts')).approvalCommands,
  audit: async () => (await import('./commands/operations/audit.ts')).auditCommands,
  commission: async () => (await import('./commands/ledger/commission.ts')).commissionCommands,
  complete: completion,
  completion,
  component: async () => (await import('./commands/catalog/component.ts')).componentCommands,
  config: async () => (await import('./commands/tool/local.ts')).localCommands,
  delegate: async () => (await import('./commands/accounts/self-service.ts')).selfServiceCommands,
  endpoint: async () => (await import('./commands/catalog/service.ts')).endpointCommands,
  feedback: async () => (await import('./commands/accounts/self-service.ts')).selfServiceCommands,
  login: async () => (await import('./commands/tool/login.ts')).loginCommands,
  logout: async () => (await import('./commands/tool/login.ts')).loginCommands,
  mail: async () => (await import('./commands/operations/mail.ts')).mailCommands,
  membership: async () => (await import('./commands/projects/membership.ts')).membershipCommands,
  migrate: async () => (await import('./commands/tool/local.ts')).localCommands,
  notification: async () => (await import('./commands/workflow/notification.ts')).notificationCommands,
  password: async () => (await import('./commands/accounts/self-service.ts')).selfServiceCommands,
  profile: async () => (await import('./commands/tool/profile.ts')).profileCommands,
  project: async () => (await import('./commands/projects/project.ts')).projectCommands,
  quota: async () => (await import('./commands/ledger/quota.ts')).quotaCommands,
  resource: async () => (await import('./commands/catalog/resource.ts')).resourceCommands,
  role: async () => (await import('./commands/accounts/role.ts')).roleCommands,
  serve: async () => (await import('./commands/tool/local.ts')).localCommands,
  service: async () => (await import('./commands/catalog/service.ts')).serviceCommands,
  signup: async () => (await import('./commands/accounts/self-service.ts')).selfServiceCommands,
  stats: async () => (await import('./commands/operations/statistics.ts')).statisticsCommand,
  task: async () => (await import('./commands/workflow/task.ts')).taskCommands,
  terms: async () => (await import('./commands/accounts/terms.ts')).termsCommands,
  token: async () => (await import('./commands/workflow/token.ts')).tokenCommands,
  usage: async () => (await import('./commands/ledger/usage.ts')).usageCommands,
  user: async () => (await import('./commands/accounts/user.ts')).userCommands,
  webhook: async () => (await import('./commands/operations/webhook.ts')).webhookCommands,
  whoami: async () => (await import('./commands/tool/whoami.ts')).whoamiCommand,
};

async function completion(): Promise<(program: Command) => void> {
  const { completionCommands } = await import('./commands/tool/completion.ts');
  return (program) => completionCommands(program, neededProgram);
}

/** The part of the program that these arguments need: one command, or all where it takes all to tell. */
export async function neededProgram([word = '']: readonly string[]): Promise<Command> {
  if (word === '-V' || word === '--version') return bareProgram();
  const load = Object.hasOwn(MODULES, word) ? MODULES[word] : undefined;
  if (load === undefined) return (await import('./program.ts')).createProgram();
  const program = bareProgram();
  (await load())(program);
  return program;
}
