import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { rawBodies } from '../kernel/body.ts';
import { answerWrongMethods, mount, type RouteTable } from '../kernel/routes.ts';
import { workflowVersion } from '../kernel/workflow-versions.ts';
import { sendAnswer } from './answer.ts';
import { call } from './call.ts';
import { delegateRoutes } from './delegates.ts';
import { answerFault, refusal } from './faults.ts';
import { gatekeeperOf } from './gates.ts';
import { notificationRoutes } from './notifications.ts';
import { statusRoutes } from './status.ts';
import { taskRoutes } from './tasks.ts';
import { tokenRoutes } from './tokens.ts';

/** The older dialect of the workflow (workflow-v1 §1). Mounted at `/v1`, on a server of its own. */
export function workflowV1(domain: Domain): FastifyPluginAsync {
  return async (app) => {
    app.setErrorHandler(answerFault);
    app.setNotFoundHandler((request, reply) => answerFault(refusal(404, 'Not found.'), request, reply));
    // `users/password-reset` must not match the path of a user with that name.
    answerWrongMethods(app, { overlaps: true });
    rawBodies(app);
    const version = call(domain, 'public', ({ request }) => ({
      status: 200,
      body: workflowVersion(request, domain.settings),
    }));
    const table: RouteTable = [
      { path: '', methods: { GET: version, HEAD: version } },
      ...statusRoutes(domain),
      ...taskRoutes(domain),
      ...tokenRoutes(domain),
      ...notificationRoutes(domain),
      ...delegateRoutes(domain),
    ];
    mount(app, table, { gatekeeper: gatekeeperOf(domain), notAllowed: wrongMethod });
  };
}

/** An unsupported method is 405; OPTIONS describes the address. */
function wrongMethod(request: FastifyRequest, reply: FastifyReply, allow: string): unknown {
  reply.header('allow', `${allow.replaceAll(',', ', ')}, OPTIONS`);
  if (request.method !== 'OPTIONS') {
    return answerFault(refusal(405, `Method "${request.method}" not allowed.`), request, reply);
  }
  const json = ['application/json'];
  return sendAnswer(reply, { status: 200, body: { renders: json, parses: json } });
}
