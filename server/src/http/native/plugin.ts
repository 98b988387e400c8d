import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Domain } from '../../domain.ts';
import { stringifyExact } from '../../lib/json.ts';
import { guardRoutes } from './access.ts';
import { applicationRoutes } from './applications.ts';
import { approvalRoutes } from './approvals.ts';
import { auditRoutes } from './audit.ts';
import { checkAddress, jsonBodies } from './bodies.ts';
import { commissionActionRoutes } from './commission-actions.ts';
import { commissionRoutes } from './commissions.ts';
import { componentRoutes } from './components.ts';
import { defaultProjectRoutes } from './default-project.ts';
import { delegateRoutes } from './delegates.ts';
import { endpointRoutes } from './endpoints.ts';
import { answerFault } from './faults.ts';
import { feedbackRoutes } from './feedback.ts';
import { loginRoutes } from './login.ts';
import { mailRoutes } from './mails.ts';
import { meRoutes } from './me.ts';
import { membershipRoutes } from './memberships.ts';
import type { NativeApp } from './native-app.ts';
import { notificationRoutes } from './notifications.ts';
import { describeApi } from './openapi.ts';
import { projectApplicationRoutes } from './project-applications.ts';
import { projectControlRoutes } from './project-control.ts';
import { projectExpiryRoutes } from './project-expiry.ts';
import { projectRoutes } from './projects.ts';
import { quotaReconciliationRoutes } from './quota-reconciliation.ts';
import { quotaVerificationRoutes } from './quota-verification.ts';
import { quotaRoutes } from './quotas.ts';
import { rehearsalRoutes } from './rehearsals.ts';
import { resourceRoutes } from './resources.ts';
import { roleRoutes } from './roles.ts';
import { serviceRoutes } from './services.ts';
import { statisticsRoutes } from './statistics.ts';
import { taskTokenRoutes } from './task-tokens.ts';
import { taskRoutes } from './tasks.ts';
import { termsRoutes } from './terms.ts';
import { tokenRoutes } from './tokens.ts';
import { answerUnmatched } from './unmatched.ts';
import { usageRoutes } from './usage.ts';
import { userRoutes } from './users.ts';
import { validatorCompiler } from './validation.ts';
import { webhookRoutes } from './webhooks.ts';
import { workflowOverviewRoutes } from './workflow-overview.ts';

/** The native API (design D11). To be mounted at `/api`. */
export function nativePlugin(domain: Domain): FastifyPluginAsync {
  return async (plain) => {
    const app = plain as unknown as NativeApp;
    app.setErrorHandler(answerFault);
    app.setValidatorCompiler(validatorCompiler);
    // Schemas of answers describe them; what writes them must be exact, which the generated writers are not.
    app.setSerializerCompiler(() => stringifyExact);
    app.setReplySerializer(stringifyExact);
    app.addHook('onRequest', async (_request, reply) => {
      // Answers hold secrets and personal data, and depend on who asks.
      reply.header('cache-control', 'no-store');
    });

    answerUnmatched(plain);
    await describeApi(plain, domain);
    // A scope of its own: the description above is for everybody.
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
