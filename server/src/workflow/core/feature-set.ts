import { fileURLToPath } from 'node:url';
import type { FeatureSet } from '../features/feature-set.ts';
import { addDefaultUsersToProject } from './actions/add-default-users-to-project.ts';
import { editUserRoles } from './actions/edit-user-roles.ts';
import { newDefaultNetwork, newProjectDefaultNetwork } from './actions/new-default-network.ts';
import { newProject } from './actions/new-project.ts';
import { newProjectWithUser } from './actions/new-project-with-user.ts';
import { newUser } from './actions/new-user.ts';
import { resetUserPassword } from './actions/reset-user-password.ts';
import { sendAdditionalEmail } from './actions/send-additional-email.ts';
import { setProjectQuota } from './actions/set-project-quota.ts';
import { undoEmailChange } from './actions/undo-email-change.ts';
import { updateProjectQuotas } from './actions/update-project-quotas.ts';
import { updateUserEmail } from './actions/update-user-email.ts';
import { updateProjectQuotas as quotas } from './delegate-apis/quotas.ts';
import { resetPassword, userResetPassword, userSetPassword } from './delegate-apis/reset-password.ts';
import { roleList } from './delegate-apis/roles.ts';
import { createProjectAndUser, signUp } from './delegate-apis/sign-up.ts';
import { updateEmail, userUpdateEmail } from './delegate-apis/update-email.ts';
import { editUser, userDetail, userRoles } from './delegate-apis/user.ts';
import { inviteUser, userList } from './delegate-apis/users.ts';
import { CORE_TASKS } from './tasks.ts';

/** The built-in feature set. */
export const core: FeatureSet = {
  name: 'core',
  actions: [
    newUser,
    newProjectWithUser,
    newProject,
    resetUserPassword,
    editUserRoles,
    updateUserEmail,
    undoEmailChange,
    addDefaultUsersToProject,
    newDefaultNetwork,
    newProjectDefaultNetwork,
    updateProjectQuotas,
    setProjectQuota,
    sendAdditionalEmail,
  ],
  tasks: CORE_TASKS,
  delegateApis: [
    userList,
    userDetail,
    userRoles,
    roleList,
    userResetPassword,
    userSetPassword,
    userUpdateEmail,
    signUp,
    quotas,
    createProjectAndUser,
    inviteUser,
    resetPassword,
    editUser,
    updateEmail,
  ],
  templates: fileURLToPath(new URL('./templates/', import.meta.url)),
};
