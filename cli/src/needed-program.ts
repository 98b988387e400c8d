import type { Command } from 'commander';
import { bareProgram } from './bare-program.ts';

/** The modules of commands by the first word that calls them, so that one command need not load all others. */
const MODULES: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  application: async () => (await import('./commands/application.ts')).applicationCommands,
  approval: async () => (await import('./commands/approval.ts')).approvalCommands,
  audit: async () => (await import('./commands/audit.ts')).auditCommands,
  commission: async () => (await import('./commands/commission.ts')).commissionCommands,
  complete: completion,
  completion,
  component: async () => (await import('./commands/component.ts')).componentCommands,
  config: async () => (await import('./commands/local.ts')).localCommands,
  delegate: async () => (await import('./commands/self-service.ts')).selfServiceCommands,
  endpoint: async () => (await import('./commands/service.ts')).endpointCommands,
  feedback: async () => (await import('./commands/self-service.ts')).selfServiceCommands,
  login: async () => (await import('./commands/login.ts')).loginCommands,
  logout: async () => (await import('./commands/login.ts')).loginCommands,
  mail: async () => (await import('./commands/mail.ts')).mailCommands,
  membership: async () => (await import('./commands/membership.ts')).membershipCommands,
  migrate: async () => (await import('./commands/local.ts')).localCommands,
  notification: async () => (await import('./commands/notification.ts')).notificationCommands,
  password: async () => (await import('./commands/self-service.ts')).selfServiceCommands,
  profile: async () => (await import('./commands/profile.ts')).profileCommands,
  project: async () => (await import('./commands/project.ts')).projectCommands,
  quota: async () => (await import('./commands/quota.ts')).quotaCommands,
  resource: async () => (await import('./commands/resource.ts')).resourceCommands,
  role: async () => (await import('./commands/role.ts')).roleCommands,
  serve: async () => (await import('./commands/local.ts')).localCommands,
  service: async () => (await import('./commands/service.ts')).serviceCommands,
  signup: async () => (await import('./commands/self-service.ts')).selfServiceCommands,
  stats: async () => (await import('./commands/statistics.ts')).statisticsCommand,
  task: async () => (await import('./commands/task.ts')).taskCommands,
  terms: async () => (await import('./commands/terms.ts')).termsCommands,
  token: async () => (await import('./commands/token.ts')).tokenCommands,
  usage: async () => (await import('./commands/usage.ts')).usageCommands,
  user: async () => (await import('./commands/user.ts')).userCommands,
  webhook: async () => (await import('./commands/webhook.ts')).webhookCommands,
  whoami: async () => (await import('./commands/whoami.ts')).whoamiCommand,
};

async function completion(): Promise<(program: Command) => void> {
  const { completionCommands } = await import('./commands/completion.ts');
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
