import { Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { Limit, LimitInput, nullable, Time } from '../common.ts';
import { Capacities, CapacitiesInput } from '../ledger/capacity.ts';

const Policy = Type.Enum(['auto', 'moderated', 'closed'], {
  type: 'string',
  description: '`auto`: at once; `moderated`: after approval; `closed`: never.',
});

/** The fields of a project that applications and operators can change, as answers have them. */
export const told = {
  name: Type.String(),
  owner: nullable(Type.String({ description: 'Uuid of a user; null for system projects.' })),
  homepage: Type.String(),
  description: Type.String(),
  start_date: nullable({ ...Time, description: 'For information only.' }),
  end_date: Type.String({ ...Time, description: 'Beyond it the project is terminated.' }),
  join_policy: Policy,
  leave_policy: Policy,
  max_members: Limit,
  private: Type.Boolean({ description: 'Seen by its members only, who have to be enrolled.' }),
  resources: Capacities,
};

const DAY = 'A time in UTC such as `2031-05-30T10:00:00Z`, or a day such as `2031-05-30`.';
const TimeOrDay = Type.String({
  minLength: 1,
  maxLength: 64,
  description: DAY,
  examples: ['2031-05-30'],
});

/** The same as they may be written; a limit of members takes no unit but is read as any limit. */
export const written = {
  name: Type.String({ minLength: 1, maxLength: BOUNDS.project_name_length }),
  owner: Type.String({ minLength: 1, description: 'A user: uuid or e-mail address.' }),
  homepage: Type.String({ maxLength: BOUNDS.homepage_length }),
  description: Type.String({ maxLength: BOUNDS.reason_length }),
  start_date: nullable({ ...TimeOrDay, description: `${DAY} For information only.` }),
  end_date: TimeOrDay,
  join_policy: Policy,
  leave_policy: Policy,
  max_members: LimitInput,
  private: told.private,
  resources: CapacitiesInput,
};

/** Any of them: what is left out stays as it is. */
export const changed = {
  name: Type.Optional(written.name),
  owner: Type.Optional(written.owner),
  homepage: Type.Optional(written.homepage),
  description: Type.Optional(written.description),
  start_date: Type.Optional(written.start_date),
  end_date: Type.Optional(written.end_date),
  join_policy: Type.Optional(written.join_policy),
  leave_policy: Type.Optional(written.leave_policy),
  max_members: Type.Optional(written.max_members),
  private: Type.Optional(written.private),
  resources: Type.Optional(written.resources),
};

/** Why something is done. */
export const Reason = Type.String({
  maxLength: BOUNDS.reason_length,
  description: 'Why; it is kept, and told to whom it concerns.',
});

/** What an applicant has to say to reviewers. */
export const Comments = Type.String({
  maxLength: BOUNDS.reason_length,
  description: 'For those who review the application.',
});
