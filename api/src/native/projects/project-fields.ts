import { Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { Limit, LimitInput, nullable, Time } from '../common.ts';
import { Capacities, CapacitiesInput } from '../ledger/capacity.ts';

const Policy = Type.Enum(['auto', 'moderated', 'closed'], {
  type: 'string',
  description: '`auto`: immediately; `moderated`: after approval; `closed`: never.',
});

/** The fields of a project that applications and operators can change, as in responses. */
export const projectFields = {
  name: Type.String(),
  owner: nullable(Type.String({ description: 'Uuid of a user; null for system projects.' })),
  homepage: Type.String(),
  description: Type.String(),
  start_date: nullable({ ...Time, description: 'Start date; for information only.' }),
  end_date: Type.String({ ...Time, description: 'When the project is terminated.' }),
  join_policy: Policy,
  leave_policy: Policy,
  max_members: Limit,
  private: Type.Boolean({
    description: 'Whether only members see it. Users cannot ask to join; they are enrolled.',
  }),
  resources: Capacities,
};

const DAY = 'A time in UTC, for example `2031-05-30T10:00:00Z`, or a day, for example `2031-05-30`.';
const TimeOrDay = Type.String({
  minLength: 1,
  maxLength: 64,
  description: DAY,
  examples: ['2031-05-30'],
});

/** The same fields in requests. The member limit has the syntax of limits, without units. */
export const projectInput = {
  name: Type.String({ minLength: 1, maxLength: BOUNDS.project_name_length }),
  owner: Type.String({ minLength: 1, description: 'A user: uuid or e-mail address.' }),
  homepage: Type.String({ maxLength: BOUNDS.homepage_length }),
  description: Type.String({ maxLength: BOUNDS.reason_length }),
  start_date: nullable({ ...TimeOrDay, description: `${DAY} For information only.` }),
  end_date: TimeOrDay,
  join_policy: Policy,
  leave_policy: Policy,
  max_members: LimitInput,
  private: projectFields.private,
  resources: CapacitiesInput,
};

/** Changes: omitted fields keep their values. */
export const projectChanges = {
  name: Type.Optional(projectInput.name),
  owner: Type.Optional(projectInput.owner),
  homepage: Type.Optional(projectInput.homepage),
  description: Type.Optional(projectInput.description),
  start_date: Type.Optional(projectInput.start_date),
  end_date: Type.Optional(projectInput.end_date),
  join_policy: Type.Optional(projectInput.join_policy),
  leave_policy: Type.Optional(projectInput.leave_policy),
  max_members: Type.Optional(projectInput.max_members),
  private: Type.Optional(projectInput.private),
  resources: Type.Optional(projectInput.resources),
};

/** The reason for an action. */
export const Reason = Type.String({
  maxLength: BOUNDS.reason_length,
  description: 'Reason; stored and sent to the users concerned.',
});

/** Comments of an applicant for reviewers. */
export const Comments = Type.String({
  maxLength: BOUNDS.reason_length,
  description: 'Comments for the reviewers of the application.',
});
