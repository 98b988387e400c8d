import type { JsonObject } from '../../lib/text/json.ts';
import type { TaskType } from '../features/task-type.ts';

/** The settings of a stage's mail: its subject after the name of the service, and the common name of its templates. */
function mail(subject: string, template: string): JsonObject {
  return {
    subject: `[%(service_name)s] ${subject}`,
    template: `${template}.txt`,
    html_template: `${template}.html`,
  };
}

/** The built-in types of tasks (workflow-v1 §4). */
export const CORE_TASKS: readonly TaskType[] = [
  {
    name: 'create_project_and_user',
    oldNames: ['create_project', 'signup'],
    actions: ['NewProjectWithUserAction'],
    duplicates: 'block',
    config: {
      emails: {
        initial: mail('Your request for a project was received', 'create_project_and_user_initial'),
        token: mail('Your project was approved', 'create_project_and_user_token'),
        completed: mail('Your project is ready', 'create_project_and_user_completed'),
      },
    },
  },
  {
    name: 'invite_user_to_project',
    oldNames: ['invite_user'],
    actions: ['NewUserAction'],
    duplicates: 'block',
    config: {
      emails: {
        initial: null,
        token: mail('You are invited to a project', 'invite_user_to_project_token'),
        completed: mail('You are a member of a project', 'invite_user_to_project_completed'),
      },
    },
  },
  {
    name: 'reset_user_password',
    oldNames: ['reset_password', 'force_password'],
    actions: ['ResetUserPasswordAction'],
    duplicates: 'cancel',
    config: {
      emails: {
        initial: null,
        token: mail('Choose a new password', 'reset_user_password_token'),
        completed: mail('Your password was changed', 'reset_user_password_completed'),
      },
    },
  },
  {
    name: 'edit_user_roles',
    oldNames: ['edit_user', 'edit_roles'],
    actions: ['EditUserRolesAction'],
    duplicates: 'cancel',
    config: { emails: { initial: null, token: null, completed: null } },
  },
  {
    name: 'update_user_email',
    oldNames: ['update_email'],
    actions: ['UpdateUserEmailAction'],
    additionalActions: ['SendAdditionalEmailAction'],
    duplicates: 'cancel',
    config: {
      emails: {
        initial: null,
        token: mail('Confirm your e-mail address', 'update_user_email_token'),
        completed: mail('Your e-mail address was changed', 'update_user_email_completed'),
      },
      actions: {
        SendAdditionalEmailAction: {
          prepare: {
            ...mail('A change of your e-mail address was requested', 'update_user_email_started'),
            email_current_user: true,
          },
        },
      },
    },
  },
  {
    // The service opens it when an address changes; the link is valid for a week, because mails may be read late.
    name: 'undo_email_change',
    actions: ['UndoEmailChangeAction'],
    duplicates: 'block',
    tokenExpiry_s: 7 * 86_400,
    config: {
      emails: {
        initial: null,
        token: mail('The e-mail address of your account was changed', 'undo_email_change_token'),
        completed: mail('Your e-mail address is back', 'undo_email_change_completed'),
      },
    },
  },
  {
    name: 'update_quota',
    actions: ['UpdateProjectQuotasAction'],
    duplicates: 'cancel',
    config: {
      emails: {
        initial: null,
        token: null,
        completed: mail('The quota of your project was changed', 'update_quota_completed'),
      },
    },
  },
];
