import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../directory/tokens/principal.ts';
import { isOperator, reachOf } from '../../directory/tokens/reach.ts';
import type { Requester } from '../../projects/requester.ts';

/**
 * The caller, as the domain of projects represents it.
 * @param options.scoped whether a full-access token of a project carries cloud roles
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
