import type { ProjectChanges } from '../applications/project-changes.ts';

/** Changes as records tell them, which people read: in the words of the wire, with times as ISO 8601. */
export function recordedChanges({ resources, ...changes }: ProjectChanges): Record<string, unknown> {
  const told = {
    name: changes.name,
    owner: changes.owner,
    homepage: changes.homepage,
    description: changes.description,
    start_date: timeOf(changes.startDate),
    end_date: timeOf(changes.endDate),
    join_policy: changes.joinPolicy,
    leave_policy: changes.leavePolicy,
    max_members: changes.maxMembers,
    private: changes.private,
    resources: resources && capacitiesOf(resources),
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

function timeOf(at_ms: number | null | undefined): string | null | undefined {
  return typeof at_ms === 'number' ? new Date(at_ms).toISOString() : at_ms;
}

function capacitiesOf(resources: NonNullable<ProjectChanges['resources']>): Record<string, unknown> {
  return Object.fromEntries(
    resources.map(({ resource, capacity, memberCapacity }) => [
      resource,
      { project_capacity: capacity, member_capacity: memberCapacity },
    ]),
  );
}
