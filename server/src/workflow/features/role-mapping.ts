import type { WorkflowSettings } from './workflow-settings.ts';

/** Roles that somebody who has these may give and take; without any given, all that anybody may. Each once. */
export function manageableRoles(
  mapping: WorkflowSettings['identity']['roleMapping'],
  roles: readonly string[] = Object.keys(mapping),
): string[] {
  return [...new Set(roles.flatMap((role) => (Object.hasOwn(mapping, role) ? (mapping[role] ?? []) : [])))];
}
