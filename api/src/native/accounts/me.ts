import { Type } from 'typebox';
import type { RoleGrant } from './role.ts';
import type { Token } from './token.ts';
import type { User } from './user.ts';

export const Me = Type.Object(
  {
    user: Type.Ref('User'),
    token: Type.Ref('Token'),
    roles: Type.Array(Type.Ref('RoleGrant')),
    operator: Type.Boolean({ description: 'Whether this token may operate the cloud.' }),
    projects: Type.Array(Type.String({ format: 'uuid' }), { description: 'Projects that can be charged.' }),
  },
  { $id: 'Me', description: 'Who is asking, and with which token.' },
);
export interface Me {
  user: User;
  token: Token;
  roles: RoleGrant[];
  operator: boolean;
  projects: string[];
}
