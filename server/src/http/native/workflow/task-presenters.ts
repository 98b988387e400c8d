import type { Outlook } from '@purser/api/native/workflow/outlook';
import type { TaskDetails, Task as WireTask } from '@purser/api/native/workflow/task';
import type { Static } from 'typebox';
import { type Caller, isKnown } from '../../../workflow/engine/caller.ts';
import { reasonsAgainst, stateOf, type Task } from '../../../workflow/engine/task.ts';
import type { TaskEffects } from '../../../workflow/engine/task-effects.ts';
import { time, timeOrNull } from '../frame/presenters.ts';
import type { Units } from '../frame/units.ts';

export function presentTask(task: Task): WireTask {
  const { running, approvedBy } = task;
  const asker = personOf(task.caller);
  const approver = approvedBy === 'system' ? { id: null, name: 'system' } : personOf(approvedBy);
  return {
    id: task.uuid,
    type: task.taskType,
    state: stateOf(task),
    valid: task.actions.every(({ valid }) => valid),
    asked_by: asker.id,
    asked_by_name: asker.name,
    project: task.projectId,
    approved_by: approver.id,
    approved_by_name: approver.name,
    created_at: time(task.createdOn),
    approved_at: timeOrNull(task.approvedOn),
    completed_at: timeOrNull(task.completedOn),
    running: running && {
      stage: running.stage,
      action: running.action,
      actions: task.actions.length,
      since: time(running.since),
    },
  };
}

export function presentTaskDetails(task: Task, outlook: TaskEffects, units: Units): TaskDetails {
  return {
    ...presentTask(task),
    actions: task.actions.map(({ name, valid, data, needToken, tokenFields }) => ({
      name,
      valid,
      data,
      notes: [...(task.actionNotes[name] ?? [])],
      need_token: needToken,
      token_fields: [...tokenFields],
    })),
    reasons: reasonsAgainst(task),
    notes: [...task.taskNotes],
    outlook: presentOutlook(outlook, units),
  };
}

/** The effects of a task, without limits of resources that the caller may not see. */
export function presentOutlook(
  { projects, users, limits }: TaskEffects,
  units: Units,
): Static<typeof Outlook> {
  return {
    projects: [...projects],
    users: users.map(({ name, gains = [], loses = [] }) => ({ name, gains: [...gains], loses: [...loses] })),
    limits: limits.flatMap(({ project, resource, before, after }) => {
      const unit = units.get(resource);
      if (unit === undefined) return [];
      return [{ project, resource, unit, before: before && amounts(before), after: amounts(after) }];
    }),
  };
}

const amounts = ({ capacity, memberCapacity }: { capacity: bigint; memberCapacity: bigint }) => ({
  project_capacity: capacity,
  member_capacity: memberCapacity,
});

export function personOf(caller: Caller): { id: string | null; name: string | null } {
  return isKnown(caller) ? { id: caller.user_id, name: caller.username } : { id: null, name: null };
}
