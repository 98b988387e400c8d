import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../directory/tokens/principal.ts';
import { isOperator, reachOf } from '../../directory/tokens/reach.ts';
import type { Requester } from '../../projects/requester.ts';

/**
 * Who asks, as the domain of projects wants to know it.
 * @param options.scoped whether a whole token of a project carries roles on the whole cloud
 */
export function requesterOf(
  principal: Principal,
  request: FastifyRequest,
  options: { scoped?: boolean } = {},
): Requester {
  const { uuid, username } = principal.account;
  const { project, roles } = principal.token;
  const operator = isOperator(principal, options);
  return {
    uuid,
    name: username,
    address: request.ip,
    operator,
    delegate: !operator,
    ...(reachOf(principal.token) !== 'whole' && { token: { project, roles } }),
  };
}
