import type { Principal } from '../../directory/tokens/principal.ts';
import { auditId, type TokenScope } from '../../projects/roles/scoped-tokens.ts';
import { tokenExpiry } from '../cloudfault/token-expiry.ts';
import { DOMAIN, moment } from './presenters.ts';

/** The token in the responses of the tokens calls. @param catalog undefined if not requested or not allowed */
export function tokenBody(
  { account, token }: Principal,
  { project, breadth, roles }: TokenScope,
  catalog: readonly object[] | undefined,
) {
  const { origin } = token;
  const own = auditId(token);
  return {
    token: {
      methods: origin?.methods ?? ['token'],
      user: {
        domain: DOMAIN,
        id: account.uuid,
        name: account.username,
        password_expires_at: null,
      },
      audit_ids: origin?.ancestor ? [own, origin.ancestor] : [own],
      expires_at: moment(tokenExpiry(token)),
      issued_at: moment(token.createdAt),
      ...(project && {
        project: { domain: DOMAIN, id: project.uuid, name: project.name },
        is_domain: false,
      }),
      ...(breadth === 'domain' && { domain: DOMAIN }),
      ...(breadth === 'system' && { system: { all: true } }),
      ...(roles.length > 0 && { roles: roles.map(({ id, name }) => ({ id: String(id), name })) }),
      ...(origin?.credential && {
        application_credential: {
          id: origin.credential.id,
          name: origin.credential.name,
          restricted: !origin.credential.unrestricted,
        },
      }),
      ...(catalog && (project || breadth) && { catalog }),
    },
  };
}
