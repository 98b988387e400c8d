import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Domain } from '../../domain.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import { defaultProjectRoutes } from './accounts/default-project.ts';
import { feedbackRoutes } from './accounts/feedback.ts';
import { loginRoutes } from './accounts/login.ts';
import { meRoutes } from './accounts/me.ts';
import { mySessionRoutes } from './accounts/my-sessions.ts';
import { passwordResetRoutes } from './accounts/password-reset.ts';
import { roleRoutes } from './accounts/roles.ts';
import { sessionRoutes } from './accounts/session.ts';
import { sessionEnrolmentRoutes } from './accounts/session-enrolment.ts';
import { signInMethodRoutes } from './accounts/sign-in-methods.ts';
import { signUpRoutes } from './accounts/sign-up.ts';
import { termsRoutes } from './accounts/terms.ts';
import { tokenRoutes } from './accounts/tokens.ts';
import { userSessionRoutes } from './accounts/user-sessions.ts';
import { userRoutes } from './accounts/users.ts';
import { componentRoutes } from './catalog/components.ts';
import { endpointRoutes } from './catalog/endpoints.ts';
import { resourceRoutes } from './catalog/resources.ts';
import { serviceRoutes } from './catalog/services.ts';
import { guardRoutes } from './frame/access.ts';
import { checkAddress, jsonBodies } from './frame/bodies.ts';
import { answerFault } from './frame/faults.ts';
import type { NativeApp } from './frame/native-app.ts';
import { describeApi } from './frame/openapi.ts';
import { answerUnmatched } from './frame/unmatched.ts';
import { validatorCompiler } from './frame/validation.ts';
import { commissionActionRoutes } from './ledger/commission-actions.ts';
import { commissionRoutes } from './ledger/commissions.ts';
import { quotaReconciliationRoutes } from './ledger/quota-reconciliation.ts';
import { quotaVerificationRoutes } from './ledger/quota-verification.ts';
import { quotaRoutes } from './ledger/quotas.ts';
import { usageRoutes } from './ledger/usage.ts';
import { auditRoutes } from './operations/audit.ts';
import { mailRoutes } from './operations/mails.ts';
import { rehearsalRoutes } from './operations/rehearsals.ts';
import { statisticsRoutes } from './operations/statistics.ts';
import { webhookRoutes } from './operations/webhooks.ts';
import { applicationRoutes } from './projects/applications.ts';
import { membershipRoutes } from './projects/memberships.ts';
import { projectApplicationRoutes } from './projects/project-applications.ts';
import { projectControlRoutes } from './projects/project-control.ts';
import { projectExpiryRoutes } from './projects/project-expiry.ts';
import { projectRoutes } from './projects/projects.ts';
import { approvalRoutes } from './workflow/approvals.ts';
import { delegateRoutes } from './workflow/delegates.ts';
import { notificationRoutes } from './workflow/notifications.ts';
import { taskTokenRoutes } from './workflow/task-tokens.ts';
import { taskRoutes } from './workflow/tasks.ts';
import { workflowOverviewRoutes } from './workflow/workflow-overview.ts';

/** The native API (decision dialects). To be mounted at `/api`. */
export function nativePlugin(domain: Domain): FastifyPluginAsync {
  return async (plain) => {
    const app = plain as unknown as NativeApp;
    app.setErrorHandler(answerFault);
    app.setValidatorCompiler(validatorCompiler);
    // Response schemas are documentation only: the generated serializers do not preserve exact integers.
    app.setSerializerCompiler(() => stringifyExact);
    app.setReplySerializer(stringifyExact);
    app.addHook('onRequest', async (_request, reply) => {
      // Responses contain secrets and personal data, and depend on the caller.
      reply.header('cache-control', 'no-store');
    });

    answerUnmatched(plain);
    await describeApi(plain, domain);
    // A scope of its own: the description above is public.
    await app.register(async (scope) => routes(scope, domain));
  };
}

function routes(app: NativeApp, domain: Domain): void {
  const plain = app as unknown as FastifyInstance;
  guardRoutes(plain, domain);
  jsonBodies(plain);
  checkAddress(plain);
  for (const add of RESOURCES) add(app, domain);
}

const RESOURCES = [
  meRoutes,
  loginRoutes,
  sessionRoutes,
  signUpRoutes,
  sessionEnrolmentRoutes,
  mySessionRoutes,
  userSessionRoutes,
  passwordResetRoutes,
  signInMethodRoutes,
  userRoutes,
  tokenRoutes,
  roleRoutes,
  componentRoutes,
  serviceRoutes,
  resourceRoutes,
  projectRoutes,
  projectApplicationRoutes,
  projectControlRoutes,
  projectExpiryRoutes,
  applicationRoutes,
  membershipRoutes,
  defaultProjectRoutes,
  approvalRoutes,
  taskRoutes,
  taskTokenRoutes,
  notificationRoutes,
  webhookRoutes,
  quotaRoutes,
  quotaVerificationRoutes,
  commissionRoutes,
  commissionActionRoutes,
  usageRoutes,
  termsRoutes,
  auditRoutes,
  mailRoutes,
  endpointRoutes,
  delegateRoutes,
  workflowOverviewRoutes,
  feedbackRoutes,
  quotaReconciliationRoutes,
  statisticsRoutes,
  rehearsalRoutes,
];
