import type { CapacitiesInput } from '@purser/api/native/ledger/capacity';
import type { ModificationApplication } from '@purser/api/native/projects/application';
import type { Domain } from '../../../domain.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { ProjectChanges } from '../../../projects/applications/project-changes.ts';
import type { ProjectResource } from '../../../projects/project.ts';
import { userOfField } from '../frame/named-user.ts';
import { timeOrDay } from '../frame/times.ts';
import { limitOf } from '../ledger/limit-input.ts';

type Written = Omit<ModificationApplication, 'comments' | 'discard_pending'>;

/** The changes that a body requests. `invalid_field` names a field that cannot be parsed. */
export async function changesOf(
  domain: Pick<Domain, 'accounts'>,
  { start_date, end_date, max_members, resources, owner, ...body }: Written,
): Promise<ProjectChanges> {
  return omitUndefined({
    name: body.name,
    owner: owner === undefined ? undefined : await userOfField(domain, 'owner', owner),
    homepage: body.homepage,
    description: body.description,
    startDate: typeof start_date === 'string' ? timeOrDay('start_date', start_date) : start_date,
    endDate: end_date === undefined ? undefined : timeOrDay('end_date', end_date),
    joinPolicy: body.join_policy,
    leavePolicy: body.leave_policy,
    maxMembers: max_members === undefined ? undefined : limitOf('max_members', max_members),
    private: body.private,
    resources: resources === undefined ? undefined : capacitiesOf(resources),
  });
}

function capacitiesOf(resources: CapacitiesInput): ProjectResource[] {
  return Object.entries(resources).map(([resource, { project_capacity, member_capacity }]) => ({
    resource,
    capacity: limitOf(`resources.${resource}.project_capacity`, project_capacity),
    memberCapacity: limitOf(`resources.${resource}.member_capacity`, member_capacity),
  }));
}
