import { type Static, Type } from 'typebox';
import { Name, nullable, Uuid } from '../common.ts';
import { UserPath } from './user.ts';

export const Role = Type.Object(
  { id: Type.Integer(), name: Type.String(), description: Type.String() },
  {
    $id: 'Role',
    description: 'A role that can be granted on a project or on the whole cloud.',
    examples: [{ id: 1, name: 'admin', description: 'Operates the cloud.' }],
  },
);
export type Role = Static<typeof Role>;

export const RoleCreation = Type.Object(
  { name: Name, description: Type.Optional(Type.String({ maxLength: 1024 })) },
  { additionalProperties: false, examples: [{ name: 'auditor', description: 'Reads everything.' }] },
);
export type RoleCreation = Static<typeof RoleCreation>;

export const RoleGrant = Type.Object(
  {
    role: Type.String(),
    project: nullable(
      Type.String({ format: 'uuid', description: 'Uuid of the project; null for the whole cloud.' }),
    ),
  },
  { $id: 'RoleGrant', description: 'A role that a user has.', examples: [{ role: 'admin', project: null }] },
);
export type RoleGrant = Static<typeof RoleGrant>;

export const RoleGrantPath = Type.Object({
  ...UserPath.properties,
  role: Type.String({ minLength: 1, description: 'Name of a role.', examples: ['admin'] }),
});

export const RoleGrantQuery = Type.Object(
  {
    project: Type.Optional(
      Type.String({
        ...Uuid,
        description: 'Uuid of the project that the role applies to; without it, the whole cloud.',
      }),
    ),
  },
  { additionalProperties: false },
);
