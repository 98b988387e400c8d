import type { Command } from 'commander';

/**
 * Related commands, by command: a command's own entry applies, or else that of the
 * nearest group.
 */
export const RELATED: Readonly<Record<string, readonly string[]>> = {
  config: ['serve', 'migrate'],
  migrate: ['serve', 'config'],
  serve: ['config', 'migrate'],
  user: ['role list', 'quota list', 'membership list'],
  completion: ['help'],
  login: ['whoami', 'logout', 'profile list'],
  logout: ['login', 'profile remove'],
  profile: ['login', 'whoami'],
  whoami: ['login', 'user token', 'profile show'],
  'user sign-in-methods': ['user reset-second-factor', 'user show'],
  'user reset-second-factor': ['user sign-in-methods', 'user modify', 'audit list'],
  'user token': ['token list', 'role list'],
  role: ['user show', 'membership grant'],
  component: ['service import', 'commission list'],
  service: ['component add', 'resource list'],
  resource: ['project set-limits', 'quota list'],
  quota: ['project resources', 'usage show', 'commission list'],
  'quota verify': ['commission list', 'audit list'],
  project: ['application list', 'membership list', 'quota list'],
  'project apply': ['application show', 'application cancel', 'resource list'],
  'project request-change': ['application show', 'project renew', 'project modify'],
  'project renew': ['application show', 'project request-change'],
  'project modify': ['project request-change', 'project set-limits', 'project history'],
  'project suspend': ['project unsuspend', 'project terminate', 'project history'],
  'project unsuspend': ['project suspend', 'project history'],
  'project terminate': ['project reinstate', 'project suspend', 'project terminate-expired'],
  'project reinstate': ['project terminate', 'project history'],
  'project members': ['membership list', 'membership enroll'],
  'project resources': ['quota list', 'usage show'],
  'project set-limits': ['resource modify', 'quota list'],
  'project check-expired': ['project terminate-expired', 'project renew'],
  'project terminate-expired': ['project check-expired', 'project reinstate'],
  'application approve': ['approval approve', 'application deny', 'application show'],
  'application deny': ['approval deny', 'application approve', 'application show'],
  'membership enroll': ['membership join', 'membership grant', 'project members'],
  'membership join': ['membership cancel', 'project list'],
  'membership grant': ['membership revoke', 'role grant'],
  'membership revoke': ['membership grant', 'role revoke'],
  'commission accept': ['commission reject', 'commission show'],
  'commission reject': ['commission accept', 'commission show'],
  'user add': ['user modify', 'user token', 'role grant'],
  application: ['approval list', 'project apply'],
  membership: ['project members', 'project show'],
  approval: ['application show', 'task show'],
  task: ['approval list', 'notification list', 'token list'],
  token: ['task show', 'user token'],
  notification: ['task show', 'webhook list'],
  webhook: ['notification list', 'audit list'],
  commission: ['quota list', 'component show', 'audit list'],
  usage: ['quota list', 'commission list'],
  signup: ['token submit', 'login'],
  password: ['login', 'token submit'],
  feedback: ['signup'],
  delegate: ['task list', 'token submit'],
  endpoint: ['service show', 'component show'],
  'project user': ['membership list', 'project roles', 'task list'],
  terms: ['user modify'],
  audit: ['project history', 'usage show'],
  mail: ['notification list', 'config'],
};

/** The words of a command after `purser`, as `project set-limits`. */
export function nameOf(command: Command): string {
  const above = command.parent;
  if (above === null) return '';
  return `${nameOf(above)} ${command.name()}`.trim();
}

/** The commands that the help of this one points to. */
export function relatedTo(command: Command): readonly string[] {
  if (command.parent === null) return [];
  return RELATED[nameOf(command)] ?? relatedTo(command.parent);
}

/** The last line of a command's help; empty if there is nothing to point to. */
export function relatedText(command: Command): string {
  const names = relatedTo(command).map((name) => `purser ${name}`);
  return names.length === 0 ? '' : `\nSee also:\n  ${names.join(', ')}`;
}
