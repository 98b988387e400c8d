import type { FastifyRequest } from 'fastify';
import { isOperator, type Principal } from '../../directory/principal.ts';
import type { Requester } from '../../projects/requester.ts';

/** Who asks, as the domain of projects wants to know it. */
export function requesterOf(principal: Principal, request: FastifyRequest): Requester {
  const { uuid, username } = principal.account;
  const { project, roles } = principal.token;
  const operator = isOperator(principal);
  return {
    uuid,
    name: username,
    address: request.ip,
    operator,
    delegate: !operator,
    token: { project, roles },
  };
}
