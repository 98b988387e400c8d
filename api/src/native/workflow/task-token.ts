import { type Static, Type } from 'typebox';
import { PageQuery, Time } from '../common.ts';
import { TaskState } from './task.ts';

export const TaskToken = Type.Object(
  {
    id: Type.String({ description: 'Id of the token. It is not the secret and cannot submit the task.' }),
    task: Type.String({ description: 'Id of its task.' }),
    task_type: Type.String(),
    created_at: Time,
    expires_at: Time,
  },
  {
    $id: 'TaskToken',
    description: 'A token, sent by mail, that submits a task.',
    examples: [
      {
        id: '0c8f1d2e7b943f2a7c1e58d44b0e9a56',
        task: 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5',
        task_type: 'reset_user_password',
        created_at: '2031-05-30T10:03:37.000Z',
        expires_at: '2031-05-31T10:03:37.000Z',
      },
    ],
  },
);
export type TaskToken = Static<typeof TaskToken>;

const expired = 'True: only expired tokens; default: only valid ones.';

export const TaskTokenQuery = Type.Object(
  { ...PageQuery.properties, expired: Type.Optional(Type.Boolean({ description: expired })) },
  { additionalProperties: false },
);

export const TaskTokenDeletion = Type.Object(
  {
    expired: Type.Literal(true, { description: 'Required: confirms that only expired tokens are deleted.' }),
  },
  { additionalProperties: false },
);

export const TaskTokensDeleted = Type.Object(
  { deleted: Type.Integer({ description: 'Number of deleted tokens.' }) },
  {
    $id: 'TaskTokensDeleted',
    description: 'The result of deleting expired tokens.',
    examples: [{ deleted: 3 }],
  },
);
export type TaskTokensDeleted = Static<typeof TaskTokensDeleted>;

export const TaskTokenPath = Type.Object({
  secret: Type.String({ minLength: 1, maxLength: 256, description: 'The token from the mail.' }),
});

export const TaskTokenDescription = Type.Object(
  {
    task_type: Type.String(),
    actions: Type.Array(Type.String()),
    required_fields: Type.Array(Type.String(), { description: 'Fields that must be sent with the token.' }),
    requires_authentication: Type.Boolean({ description: 'Whether the request also needs an API token.' }),
  },
  {
    $id: 'TaskTokenDescription',
    description: 'The data that a task token requires to be submitted.',
    examples: [
      {
        task_type: 'reset_user_password',
        actions: ['ResetUserPasswordAction'],
        required_fields: ['password'],
        requires_authentication: false,
      },
    ],
  },
);
export type TaskTokenDescription = Static<typeof TaskTokenDescription>;

export const TaskTokenSubmission = Type.Record(Type.String(), Type.Unknown(), {
  description: 'The fields that the token requires; others are ignored.',
  examples: [{ password: 'a password of some length' }],
});

export const TaskTokenSubmitted = Type.Object(
  { task: Type.String({ description: 'Id of the task.' }), state: TaskState, running: Type.Boolean() },
  {
    $id: 'TaskTokenSubmitted',
    description: 'The state of the task after the submission.',
    examples: [{ task: 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5', state: 'completed', running: false }],
  },
);
export type TaskTokenSubmitted = Static<typeof TaskTokenSubmitted>;
