import type { ProjectResource } from '../project.ts';
import type { ProjectPolicy } from '../vocabulary.ts';

/** Fields of a project to set; what is left out stays as it is. */
export interface ProjectChanges {
  readonly name?: string;
  /** Uuid of an account. */
  readonly owner?: string;
  readonly homepage?: string;
  readonly description?: string;
  readonly startDate?: number | null;
  readonly endDate?: number;
  readonly joinPolicy?: ProjectPolicy;
  readonly leavePolicy?: ProjectPolicy;
  readonly maxMembers?: bigint;
  readonly private?: boolean;
  /** Resources that are not listed keep their capacities. */
  readonly resources?: readonly ProjectResource[];
}
