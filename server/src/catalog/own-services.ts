import { publicUrl } from '../lib/text/public-address.ts';
import { OWN_COMPONENT } from './components.ts';

/**
 * The document by which the service registers itself (identity-v2 §2.3, quota §5): what clients look for in the catalog,
 * and the resource that counts pending project applications.
 */
export function ownServices(baseUrl: string): Record<string, unknown> {
  const service = (
    type: string,
    path: string,
    versionId: string,
    resources: Record<string, unknown> = {},
  ) => ({
    component: OWN_COMPONENT,
    type,
    endpoints: [{ versionId, publicURL: publicUrl(baseUrl, `/${path}`), 'SNF:exposeVersion': true }],
    resources,
  });
  return {
    astakos_account: service('account', 'account/v1.0', 'v1.0', {
      pending_app: {
        name: 'astakos.pending_app',
        service_type: 'account',
        service_origin: 'astakos_account',
        desc: 'Project applications that wait for a decision',
        ui_visible: false,
        api_visible: false,
      },
    }),
    astakos_identity: service('identity', 'identity/v2.0', 'v2.0'),
    astakos_weblogin: service('astakos_weblogin', 'weblogin', ''),
    identity_v3: service('identity', 'identity/v3', 'v3'),
    // The admin workflow; its clients of different ages look for different types.
    admin_logic: service('admin-logic', 'v1', 'v1'),
    registration: service('registration', 'v1', 'v1'),
  };
}
