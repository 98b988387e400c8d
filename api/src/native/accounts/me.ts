import { Type } from 'typebox';
import type { RoleGrant } from './role.ts';
import type { Token } from './token.ts';
import type { User } from './user.ts';

export const Me = Type.Object(
  {
    user: Type.Ref('User'),
    token: Type.Ref('Token'),
    roles: Type.Array(Type.Ref('RoleGrant')),
    operator: Type.Boolean({ description: 'Whether this token has the rights of an operator.' }),
    projects: Type.Array(Type.String({ format: 'uuid' }), {
      description: 'Uuids of the projects that this token can draw from.',
    }),
  },
  { $id: 'Me', description: 'The caller and the token of the request.' },
);
export interface Me {
  user: User;
  token: Token;
  roles: RoleGrant[];
  operator: boolean;
  projects: string[];
}
