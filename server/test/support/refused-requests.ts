import type { Domain } from '../../src/domain.ts';

interface TestUser {
  readonly uuid: string;
  readonly email: string;
  readonly project: string;
  readonly token: string;
}

/** The existing objects when the requests are sent, with their ids and secrets. */
export interface World {
  readonly domain: Domain;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Token of the only administrator. */
  readonly operator: string;
  readonly component: string;
  readonly admin: { readonly id: string; readonly email: string };
  /** Owns an active project, with a token that is not bound to it. */
  readonly owner: TestUser;
  readonly member: TestUser;
  /** Token that is bound to the project. */
  readonly moderator: string;
  /** Owns another project. */
  readonly stranger: TestUser;
  /** Uuid of an account that was not verified. */
  readonly pending: string;
  /** Applications of the owner: a pending one and a denied one. */
  readonly application: number;
  readonly decided: number;
  readonly membership: number;
  readonly credential: string;
  readonly pendingTask: string;
  /** A task that waits for its token. */
  readonly invitation: string;
  readonly workflowToken: string;
  readonly notification: string;
}

/** A request that must be refused. */
export interface Refused {
  readonly path: string;
  readonly body?: object;
  /** The body as a form of a page. */
  readonly form?: Record<string, string>;
  /** Token; left out: the operator's; null: none. */
  readonly by?: string | null;
  readonly headers?: Record<string, string>;
  /** The refusal is that of a task that was stored and is not valid. */
  readonly keepsTask?: true;
}

/** Routes that write nothing. */
export const WRITES_NOTHING: readonly string[] = [
  // Reading calls with a body.
  'POST /account/v1.0/user_catalogs',
  'POST /account/v1.0/service/user_catalogs',
  'POST /user_catalogs',
  'POST /service/api/user_catalogs',
  'POST /api/users/lookup',
  // A feed that answers every method.
  ...['DELETE', 'PATCH', 'POST', 'PUT'].flatMap((method) => [
    `${method} /ui/get_services`,
    `${method} /im/get_services`,
  ]),
];

const LONG = 'x'.repeat(300);
const ABSENT = '00000000-0000-4000-8000-000000000000';
const V3 = '/identity/v3';

/** A password reset gets the same response for any address; an invalid address is refused. */
const NO_ADDRESS = { email: 'unknown' };

const newUser = { email: 'fresh@example.org', first_name: 'Fresh', last_name: 'User' };
const limits = (resource: string) => ({ [resource]: { project_capacity: 5, member_capacity: 5 } });

/** A form that a page of another site sends. */
const foreign = (path: string) => (): readonly Refused[] => [
  { path, form: { next: '/' }, by: null, headers: { origin: 'https://elsewhere.example.org' } },
];

/** The forms of pages, which know their visitor by a session. */
const FOREIGN_FORMS = [
  '/ui/activate',
  '/ui/approval_terms',
  '/ui/email_change',
  '/ui/first-run/:code',
  '/ui/local',
  '/ui/local/password_reset',
  '/ui/login',
  '/ui/login/enrolment',
  '/ui/login/local',
  '/ui/login/password',
  '/ui/login/second-factor',
  '/ui/login/terms',
  '/ui/logout',
  '/ui/password_change',
  '/ui/password_reset',
  '/ui/send/activation',
  '/ui/send/activation/:id',
  '/ui/signup',
  '/ui/token/:token',
  '/weblogin/authorize',
];

/**
 * By route: requests that are valid up to a check that comes late, that conflict with existing data, or that
 * come in a wrong state.
 */
export const REFUSED: Readonly<Record<string, (world: World) => readonly Refused[]>> = {
  // Pages
  ...Object.fromEntries(FOREIGN_FORMS.map((path) => [`POST ${path}`, foreign(path)])),
  // The native API
  'POST /api/users': ({ owner }) => [
    { path: '/api/users', body: { ...newUser, email: owner.email } },
    { path: '/api/users', body: { ...newUser, email: owner.email.toUpperCase() } },
    { path: '/api/users', body: { ...newUser, email: 'no address' } },
    { path: '/api/users', body: { ...newUser, password: 'short' } },
    { path: '/api/users', body: { ...newUser, affiliation: 'a\u0000b' } },
    { path: '/api/users', body: { ...newUser, password: 'long enough to do', generate_password: true } },
  ],
  'PATCH /api/users/:user': ({ owner, stranger }) => [
    { path: `/api/users/${owner.uuid}`, body: { first_name: 'New', email: stranger.email } },
    { path: `/api/users/${owner.uuid}`, body: { first_name: 'New', affiliation: 'a\u0000b' } },
    { path: `/api/users/${owner.uuid}`, body: { email: 'new@new.example.org', password: 'short' } },
    { path: `/api/users/${ABSENT}`, body: { first_name: 'New' } },
  ],
  'DELETE /api/users/:user': ({ owner }) => [
    { path: `/api/users/${owner.uuid}` },
    { path: `/api/users/${ABSENT}` },
  ],
  'POST /api/users/:user/action': ({ owner, admin, pending }) => [
    { path: `/api/users/${owner.uuid}/action`, body: { action: 'accept' } },
    { path: `/api/users/${admin.id}/action`, body: { action: 'deactivate', reason: 'last' } },
    { path: `/api/users/${pending}/action`, body: { action: 'activate' } },
    { path: `/api/users/${owner.uuid}/action`, body: { action: 'deactivate', reason: 'a\u0000b' } },
  ],
  'PUT /api/users/:user/roles/:role': ({ owner }) => [
    { path: `/api/users/${owner.uuid}/roles/unknown` },
    { path: `/api/users/${ABSENT}/roles/admin` },
  ],
  'DELETE /api/users/:user/roles/:role': ({ admin }) => [
    { path: `/api/users/${admin.id}/roles/admin` },
    { path: `/api/users/${admin.id}/roles/unknown` },
  ],
  'POST /api/users/:user/tokens': ({ owner }) => [
    { path: `/api/users/${owner.uuid}/tokens`, body: { name: 'new', replace: true, roles: ['a\u0000b'] } },
    { path: `/api/users/${owner.uuid}/tokens`, body: { name: 'new', replace: true, expires_at: 'tomorrow' } },
    { path: `/api/users/${ABSENT}/tokens`, body: { name: 'new' } },
  ],
  'DELETE /api/users/:user/tokens/:id': ({ owner }) => [{ path: `/api/users/${owner.uuid}/tokens/999999` }],
  'PUT /api/users/:user/default_project': ({ owner, stranger, pending }) => [
    { path: `/api/users/${owner.uuid}/default_project`, body: { project: stranger.project } },
    { path: `/api/users/${owner.uuid}/default_project`, body: { project: ABSENT } },
    { path: `/api/users/${pending}/default_project`, body: { project: stranger.project } },
  ],
  'PUT /api/me/default_project': ({ owner, stranger }) => [
    { path: '/api/me/default_project', body: { project: stranger.project }, by: owner.token },
  ],
  'PATCH /api/me': ({ owner, stranger }) => [
    { path: '/api/me', body: { first_name: 'New', last_name: 'a\u0000b' }, by: owner.token },
    { path: '/api/me', body: { first_name: 'New', language: 'tlh' }, by: owner.token },
    { path: '/api/me', body: { first_name: 'New', username: stranger.email }, by: owner.token },
  ],
  'POST /api/me/password': ({ owner }) => {
    const path = '/api/me/password';
    const right = { current: 'a password of some length', new: 'another long password' };
    return [
      { path, body: { ...right, current: 'a wrong password' }, by: owner.token },
      { path, body: { new: right.new }, by: owner.token },
      { path, body: { ...right, new: 'short' }, by: owner.token },
    ];
  },
  'POST /api/me/email': ({ owner }) => {
    const path = '/api/me/email';
    const current = 'a password of some length';
    return [
      { path, body: { email: 'fresh@example.org' }, by: owner.token },
      { path, body: { email: 'fresh@example.org', current: 'a wrong password' }, by: owner.token },
      { path, body: { email: 'no address', current }, by: owner.token },
    ];
  },
  'POST /api/me/terms': ({ owner }) => [{ path: '/api/me/terms', body: { id: 99 }, by: owner.token }],
  'POST /api/password-reset': () => [{ path: '/api/password-reset', body: NO_ADDRESS, by: null }],
  'POST /api/login': ({ owner }) => {
    const right = { email: owner.email, password: 'a password of some length' };
    return [
      { path: '/api/login', body: { ...right, password: 'a wrong password' }, by: null },
      { path: '/api/login', body: { ...right, name: 'a\u0000b' }, by: null },
      { path: '/api/login', body: { ...right, expires_at: 'tomorrow' }, by: null },
    ];
  },
  'POST /api/sign-up': () => {
    const form = {
      email: 'fresh@example.org',
      first_name: 'Fresh',
      last_name: 'User',
      password: 'a password of some length',
    };
    return [
      { path: '/api/sign-up', body: { ...form, password: 'short' }, by: null },
      { path: '/api/sign-up', body: { ...form, terms: 99 }, by: null },
      { path: '/api/sign-up', body: { ...form, first_name: 'a\u0000b' }, by: null },
      { path: '/api/sign-up', body: { ...form, email: 'no address' }, by: null },
    ];
  },
  'POST /api/sign-up/verify': () => [{ path: '/api/sign-up/verify', body: { code: 'unknown' }, by: null }],
  'POST /api/sign-up/resend': () => [
    { path: '/api/sign-up/resend', body: { email: 'no address' }, by: null },
  ],
  'POST /api/session': ({ owner }) => [
    { path: '/api/session', body: { username: owner.email, password: 'a wrong password' }, by: null },
    {
      path: '/api/session',
      body: { username: owner.email, password: 'a password of some length' },
      by: null,
      headers: { origin: 'https://elsewhere.example.org' },
    },
  ],
  'POST /api/session/password': () => [
    { path: '/api/session/password', body: { ticket: 'unknown', new: 'a password of length' }, by: null },
  ],
  'POST /api/session/second-factor': () => [
    { path: '/api/session/second-factor', body: { ticket: 'unknown', method: 'totp', code: '1' }, by: null },
  ],
  'POST /api/session/passkey/options': () => [
    { path: '/api/session/passkey/options', body: { ticket: 'unknown' }, by: null },
    // The office has an IP address.
    { path: '/api/session/passkey/options', body: {}, by: null },
  ],
  'POST /api/session/enrolment/totp': () => [
    { path: '/api/session/enrolment/totp', body: { ticket: 'unknown' }, by: null },
  ],
  'POST /api/session/enrolment/totp/confirm': () => [
    { path: '/api/session/enrolment/totp/confirm', body: { ticket: 'unknown', code: '1' }, by: null },
  ],
  'POST /api/session/enrolment/passkeys/options': () => [
    { path: '/api/session/enrolment/passkeys/options', body: { ticket: 'unknown' }, by: null },
  ],
  'POST /api/session/enrolment/passkeys': () => [
    {
      path: '/api/session/enrolment/passkeys',
      body: { ticket: 'unknown', passkey_ticket: 'unknown', name: 'Phone', response: {} },
      by: null,
    },
  ],
  'POST /api/session/terms': () => [
    { path: '/api/session/terms', body: { ticket: 'unknown', terms: 1 }, by: null },
  ],
  'DELETE /api/session': ({ owner }) => [{ path: '/api/session', by: owner.token }],
  'DELETE /api/me/sessions': ({ owner }) => [{ path: '/api/me/sessions?all=perhaps', by: owner.token }],
  'DELETE /api/me/sessions/:session': ({ owner }) => [
    { path: `/api/me/sessions/${ABSENT}`, by: owner.token },
  ],
  'POST /api/me/sign-in-methods/totp': ({ component }) => [
    { path: '/api/me/sign-in-methods/totp', by: null },
    { path: '/api/me/sign-in-methods/totp', by: component },
  ],
  'POST /api/me/sign-in-methods/totp/confirm': ({ owner }) => [
    { path: '/api/me/sign-in-methods/totp/confirm', body: { code: '123456' }, by: owner.token },
  ],
  'DELETE /api/me/sign-in-methods/totp': ({ owner }) => [
    { path: '/api/me/sign-in-methods/totp', by: owner.token },
  ],
  'POST /api/me/sign-in-methods/recovery-codes': ({ owner }) => [
    { path: '/api/me/sign-in-methods/recovery-codes', by: owner.token },
  ],
  // The office has an IP address, so passkeys are unavailable.
  'POST /api/me/sign-in-methods/passkeys/options': ({ owner }) => [
    { path: '/api/me/sign-in-methods/passkeys/options', by: owner.token },
  ],
  'POST /api/me/sign-in-methods/passkeys': ({ owner }) => [
    {
      path: '/api/me/sign-in-methods/passkeys',
      body: { ticket: 'unknown', name: 'Phone', response: {} },
      by: owner.token,
    },
  ],
  'PATCH /api/me/sign-in-methods/passkeys/:id': ({ owner }) => [
    { path: '/api/me/sign-in-methods/passkeys/999999', body: { name: 'Phone' }, by: owner.token },
  ],
  'DELETE /api/me/sign-in-methods/passkeys/:id': ({ owner }) => [
    { path: '/api/me/sign-in-methods/passkeys/999999', by: owner.token },
  ],
  'DELETE /api/users/:user/sign-in-methods/second-factor': ({ owner }) => [
    { path: `/api/users/${owner.uuid}/sign-in-methods/second-factor` },
    { path: `/api/users/${ABSENT}/sign-in-methods/second-factor` },
  ],
  'DELETE /api/users/:user/sessions': () => [{ path: `/api/users/${ABSENT}/sessions` }],
  'DELETE /api/users/:user/sessions/:session': ({ owner }) => [
    { path: `/api/users/${owner.uuid}/sessions/${ABSENT}` },
  ],
  'POST /api/roles': () => [
    { path: '/api/roles', body: { name: 'admin' } },
    { path: '/api/roles', body: { name: 'new', description: 'a\u0000b' } },
  ],
  'POST /api/terms': () => [{ path: '/api/terms', body: { text: '' } }],
  'POST /api/terms/sign': () => [{ path: '/api/terms/sign', by: 'unknown' }],
  'POST /api/feedback': ({ owner }) => [{ path: '/api/feedback', body: { message: '' }, by: owner.token }],
  'POST /api/components': () => [
    { path: '/api/components', body: { name: 'storage' } },
    { path: '/api/components', body: { name: 'new', base_url: 'nowhere' } },
  ],
  'PATCH /api/components/:component': () => [
    { path: '/api/components/compute', body: { purge_services: true, base_url: 'nowhere' } },
    {
      path: '/api/components/compute',
      body: { purge_services: true, renew_token: true, token: 'given too' },
    },
    { path: '/api/components/unknown', body: { renew_token: true } },
  ],
  'DELETE /api/components/:component': () => [{ path: '/api/components/unknown' }],
  'POST /api/services/import': () => {
    const service = { component: 'storage', type: 'objects', endpoints: [], resources: {} };
    const resource = { name: 'objects.size', service_type: 'objects', service_origin: 'objects' };
    const path = '/api/services/import';
    return [
      { path, body: { objects: service, other: { ...service, component: 'unknown' } } },
      { path, body: { objects: { ...service, resources: { a: resource, b: { ...resource, name: '' } } } } },
      { path, body: { objects: { ...service, resources: { a: { ...resource, name: 'cyclades.vm' } } } } },
      { path, body: { objects: { ...service, endpoints: [{ publicURL: 'http://s.example.org' }, 5] } } },
    ];
  },
  'POST /api/resources': ({ owner }) => {
    const wanted = { name: 'cyclades.gpu', service: 'compute' };
    const path = '/api/resources';
    return [
      { path, body: { ...wanted, service: 'unknown' } },
      { path, body: { ...wanted, name: 'cyclades.vm', unit: 'bytes' } },
      { path, body: { ...wanted, ui_visible: true, api_visible: false } },
      { path, body: { ...wanted, name: 'cyclades.\u200bgpu' } },
      { path, body: { ...wanted, project_default: 'many' } },
      { path, body: wanted, by: owner.token },
    ];
  },
  'PATCH /api/resources/:resource': () => [
    { path: '/api/resources/unknown', body: { ui_visible: false } },
    { path: '/api/resources/cyclades.vm', body: { system_default: 5, project_default: 'many' } },
  ],
  'POST /api/projects': ({ owner, stranger }) => {
    const wanted = { name: 'new.example.org', end_date: '2030-01-01' };
    return [
      { path: '/api/projects', body: { ...wanted, resources: limits('unknown') }, by: owner.token },
      { path: '/api/projects', body: { ...wanted, end_date: '2001-01-01' }, by: owner.token },
      { path: '/api/projects', body: { ...wanted, owner: ABSENT }, by: owner.token },
      { path: '/api/projects', body: { ...wanted, description: 'a\u0000b' }, by: stranger.token },
    ];
  },
  'PATCH /api/projects/:project': ({ owner }) => [
    { path: `/api/projects/${owner.project}`, body: { name: 'den', description: 'New' } },
    { path: `/api/projects/${owner.project}`, body: { name: 'new', resources: limits('unknown') } },
    { path: `/api/projects/${owner.project}`, body: { name: 'new', owner: ABSENT } },
    {
      path: `/api/projects/${owner.uuid}`,
      body: { name: 'renamed', ...{ resources: limits('cyclades.vm') } },
    },
    { path: `/api/projects/${ABSENT}`, body: { name: 'new' } },
  ],
  'POST /api/projects/:project/action': ({ owner }) => [
    { path: `/api/projects/${owner.project}/action`, body: { action: 'unsuspend' } },
    { path: `/api/projects/${owner.uuid}/action`, body: { action: 'terminate' } },
    { path: `/api/projects/${owner.project}/action`, body: { action: 'suspend' }, by: owner.token },
  ],
  'POST /api/projects/:project/applications': ({ owner, stranger }) => {
    const path = `/api/projects/${owner.project}/applications`;
    return [
      { path, body: { name: 'new.example.org', resources: limits('unknown') }, by: owner.token },
      { path, body: { end_date: '2001-01-01' }, by: owner.token },
      { path, body: { description: 'New' }, by: stranger.token },
      {
        path: `/api/projects/${owner.uuid}/applications`,
        body: { name: 'new.example.org' },
        by: owner.token,
      },
    ];
  },
  'POST /api/projects/:project/renewal': ({ owner, stranger }) => [
    { path: `/api/projects/${owner.project}/renewal`, body: { end_date: '2001-01-01' }, by: owner.token },
    { path: `/api/projects/${owner.project}/renewal`, body: { end_date: '2040-01-01' }, by: stranger.token },
  ],
  'POST /api/projects/:project/memberships': ({ owner, member, stranger }) => {
    const path = `/api/projects/${owner.project}/memberships`;
    return [
      { path, body: { user: ABSENT }, by: owner.token },
      { path, body: { user: member.uuid }, by: owner.token },
      { path, body: {}, by: stranger.token },
      { path, body: { user: stranger.uuid, roles: ['unknown'] }, by: owner.token },
      { path, body: { roles: ['member'] }, by: stranger.token },
    ];
  },
  'PUT /api/projects/:project/members/:user/roles/:role': ({ owner, member, stranger }) => [
    { path: `/api/projects/${owner.project}/members/${member.uuid}/roles/unknown` },
    { path: `/api/projects/${owner.project}/members/${stranger.uuid}/roles/project_mod` },
  ],
  'DELETE /api/projects/:project/members/:user/roles/:role': ({ owner, stranger }) => [
    { path: `/api/projects/${owner.project}/members/${stranger.uuid}/roles/project_mod` },
  ],
  'POST /api/projects/system/limits': ({ owner }) => [
    { path: '/api/projects/system/limits', body: { resources: limits('unknown') } },
    { path: '/api/projects/system/limits', body: { resources: limits('cyclades.vm'), exclude: [ABSENT] } },
    { path: '/api/projects/system/limits', body: { resources: limits('cyclades.vm') }, by: owner.token },
  ],
  'POST /api/projects/expired/termination': ({ owner }) => [
    { path: '/api/projects/expired/termination', body: {}, by: owner.token },
  ],
  'POST /api/memberships/:membership/action': ({ membership, owner, stranger }) => [
    { path: `/api/memberships/${membership}/action`, body: { action: 'accept' }, by: owner.token },
    { path: `/api/memberships/${membership}/action`, body: { action: 'remove' }, by: stranger.token },
    {
      path: `/api/memberships/${membership}/action`,
      body: { action: 'remove', reason: 'a\u0000b' },
      by: owner.token,
    },
  ],
  'POST /api/applications/:application/action': ({ application, decided, owner }) => [
    { path: `/api/applications/${decided}/action`, body: { action: 'approve' } },
    { path: `/api/applications/${application}/action`, body: { action: 'approve' }, by: owner.token },
    { path: `/api/applications/${application}/action`, body: { action: 'dismiss' }, by: owner.token },
    { path: '/api/applications/999999/action', body: { action: 'approve' } },
  ],
  'POST /api/approvals/:kind/:id': ({ decided, invitation }) => [
    { path: `/api/approvals/application/${decided}`, body: { decision: 'approve' } },
    { path: `/api/approvals/task/${invitation}`, body: { decision: 'deny', reason: 'a\u0000b' } },
    { path: '/api/approvals/task/unknown', body: { decision: 'approve' } },
  ],
  'POST /api/commissions': ({ owner, component }) => {
    const provision = (quantity: number, resource = 'cyclades.vm', holder = owner.uuid) => ({
      holder,
      source: owner.uuid,
      resource,
      quantity,
    });
    const body = (...provisions: object[]) => ({ name: 'x', provisions });
    return [
      { path: '/api/commissions', by: component, body: body(provision(1), provision(1, 'unknown')) },
      {
        path: '/api/commissions',
        by: component,
        body: body(provision(1), provision(1, 'cyclades.vm', ABSENT)),
      },
      { path: '/api/commissions', by: component, body: body(provision(1), { resource: 'cyclades.vm' }) },
    ];
  },
  'POST /api/commissions/bulk': ({ component }) => [
    { path: '/api/commissions/bulk', by: component, body: { commissions: 5 } },
    {
      path: '/api/commissions/bulk',
      by: component,
      body: { commissions: [] },
      headers: { 'idempotency-key': 'one' },
    },
  ],
  'POST /api/commissions/:serial/accept': () => [
    { path: '/api/commissions/999999/accept', body: { reason: 'x' } },
  ],
  'POST /api/commissions/:serial/reject': () => [{ path: '/api/commissions/999999/reject', body: {} }],
  'POST /api/commissions/resolve': ({ owner }) => [
    { path: '/api/commissions/resolve', body: { accept: [1, 'one'], reject: [] } },
    { path: '/api/commissions/resolve', body: { accept: [], reject: [] }, by: owner.token },
  ],
  'POST /api/quotas/reconciliation': () => [
    { path: '/api/quotas/reconciliation', body: { user: ABSENT, fix: true } },
  ],
  'POST /api/quotas/verification': ({ owner }) => [
    { path: '/api/quotas/verification', body: { fix: true }, by: owner.token },
  ],
  'POST /api/rehearsals': () => [
    { path: '/api/rehearsals', body: { method: 'POST', path: '/roles', body: { name: 'new' } } },
  ],
  'PATCH /api/tasks/:task': ({ pendingTask, invitation }) => [
    { path: `/api/tasks/${pendingTask}`, body: { email: 'unknown' } },
    { path: `/api/tasks/${invitation}`, body: { email: 'other@example.org', roles: ['member'] } },
    { path: '/api/tasks/unknown', body: {} },
  ],
  'POST /api/tasks/:task/action': ({ pendingTask, invitation, moderator }) => [
    { path: `/api/tasks/${pendingTask}/action`, body: { action: 'reissue_token' } },
    { path: `/api/tasks/${invitation}/action`, body: { action: 'reissue_token', reason: 'why' } },
    { path: `/api/tasks/${pendingTask}/action`, body: { action: 'cancel', reason: 'a\u0000b' } },
    { path: `/api/tasks/${pendingTask}/action`, body: { action: 'approve' }, by: moderator },
  ],
  'DELETE /api/task-tokens': ({ owner }) => [{ path: '/api/task-tokens?expired=true', by: owner.token }],
  'POST /api/task-tokens/:secret': ({ workflowToken }) => [
    { path: '/api/task-tokens/unknown', body: {} },
    { path: `/api/task-tokens/${workflowToken}`, body: {} },
    { path: `/api/task-tokens/${workflowToken}`, body: { password: 5 } },
    { path: `/api/task-tokens/${workflowToken}`, body: { password: 'short' } },
  ],
  'POST /api/delegates/:delegate': ({ moderator, owner }) => [
    { path: '/api/delegates/Unknown', body: { method: 'POST' } },
    {
      path: '/api/delegates/UserList',
      body: { method: 'POST', input: { email: 'unknown', roles: ['member'] } },
      by: moderator,
    },
    {
      path: '/api/delegates/UserList',
      body: { method: 'POST', input: { email: 'x@example.org', roles: ['admin'] } },
      by: owner.token,
    },
  ],
  'POST /api/notifications/acknowledge': ({ owner }) => [
    { path: '/api/notifications/acknowledge', body: { ids: [] }, by: owner.token },
    { path: '/api/notifications/acknowledge', body: { ids: 5 } },
  ],
  'POST /api/mails/retry': () => [{ path: '/api/mails/retry', body: { ids: 'x' } }],
  'POST /api/webhooks': () => [
    { path: '/api/webhooks', body: { url: 'ftp://hooks.example.org/', events: ['account.update'] } },
    { path: '/api/webhooks', body: { url: 'https://new.example.org/', events: ['unknown'] } },
  ],
  'DELETE /api/webhooks/:webhook': () => [{ path: '/api/webhooks/999999' }],
  'POST /api/webhooks/:webhook/test': () => [{ path: '/api/webhooks/999999/test' }],

  // Identity v3
  'POST /identity/v3/auth/tokens': ({ owner, stranger }) => {
    const auth = (user: object, scope?: object) => ({
      auth: { identity: { methods: ['password'], password: { user } }, ...(scope && { scope }) },
    });
    const right = { id: owner.uuid, password: 'a password of some length' };
    return [
      { path: `${V3}/auth/tokens`, by: null, body: auth({ ...right, password: 'a wrong password' }) },
      { path: `${V3}/auth/tokens`, by: null, body: auth(right, { project: { id: stranger.project } }) },
    ];
  },
  'DELETE /identity/v3/auth/tokens': () => [
    { path: `${V3}/auth/tokens`, headers: { 'x-subject-token': 'unknown' } },
  ],
  'POST /identity/v3/users': ({ owner }) => {
    const user = { name: 'fresh@example.org', password: 'long enough to do' };
    const path = `${V3}/users`;
    return [
      { path, body: { user: { ...user, name: owner.email } } },
      { path, body: { user: { ...user, default_project_id: LONG } } },
      { path, body: { user: { ...user, default_project_id: 'a\u0000b', enabled: false } } },
      { path, body: { user: { ...user, enabled: 'maybe' } } },
      { path, body: { user: { ...user, domain_id: 'other' } } },
      { path, body: { user: { ...user, password: 'short' } } },
    ];
  },
  'PATCH /identity/v3/users/:user': ({ admin, owner, stranger, pending }) => {
    const path = `${V3}/users/${owner.uuid}`;
    return [
      { path: `${V3}/users/${admin.id}`, body: { user: { email: 'new@example.com', enabled: false } } },
      { path: `${V3}/users/${pending}`, body: { user: { first_name: 'New', enabled: true } } },
      { path, body: { user: { first_name: 'New', email: stranger.email } } },
      { path, body: { user: { first_name: 'New', default_project_id: LONG } } },
      { path, body: { user: { enabled: false, password: 'short' } } },
      { path, body: { user: { enabled: false, domain_id: 'other' } } },
    ];
  },
  'DELETE /identity/v3/users/:user': ({ admin }) => [
    { path: `${V3}/users/${admin.id}` },
    { path: `${V3}/users/${ABSENT}` },
  ],
  'POST /identity/v3/users/:user/password': ({ owner }) => {
    const path = `${V3}/users/${owner.uuid}/password`;
    const original_password = 'a password of some length';
    return [
      { path, by: null, body: { user: { original_password, password: 'short' } } },
      { path, by: null, body: { user: { original_password: 'wrong', password: 'long enough to do' } } },
    ];
  },
  'POST /identity/v3/users/:user/application_credentials': ({ owner }) => {
    const path = `${V3}/users/${owner.uuid}/application_credentials`;
    const wanted = (more: object) => ({ application_credential: { name: 'new', ...more } });
    return [
      { path, by: owner.token, body: wanted({ name: 'program' }) },
      { path, by: owner.token, body: wanted({ roles: [{ name: 'admin' }] }) },
      { path, by: owner.token, body: wanted({ expires_at: '2001-01-01T00:00:00Z' }) },
    ];
  },
  'DELETE /identity/v3/users/:user/application_credentials/:credential': ({ owner }) => [
    { path: `${V3}/users/${owner.uuid}/application_credentials/unknown`, by: owner.token },
  ],
  'POST /identity/v3/projects': () => [
    { path: `${V3}/projects`, body: { project: { name: 'den', enabled: false } } },
    { path: `${V3}/projects`, body: { project: { name: 'new', description: 'a\u0000b' } } },
    { path: `${V3}/projects`, body: { project: { name: 'new', enabled: 'maybe' } } },
    { path: `${V3}/projects`, body: { project: { name: 'new', parent_id: ABSENT } } },
  ],
  'PATCH /identity/v3/projects/:project': ({ owner }) => {
    const path = `${V3}/projects/${owner.project}`;
    return [
      { path, body: { project: { name: 'den', enabled: false } } },
      { path, body: { project: { name: 'new', enabled: 'maybe' } } },
      { path: `${V3}/projects/${owner.uuid}`, body: { project: { name: 'new', enabled: false } } },
    ];
  },
  'DELETE /identity/v3/projects/:project': ({ owner }) => [
    { path: `${V3}/projects/${owner.uuid}` },
    { path: `${V3}/projects/${ABSENT}` },
  ],
  'POST /identity/v3/roles': () => [
    { path: `${V3}/roles`, body: { role: { name: 'admin' } } },
    { path: `${V3}/roles`, body: { role: { name: 'new', domain_id: 'default' } } },
  ],
  ...v3Grants('/projects/:project', ({ owner }) => `/projects/${owner.project}`),
  ...v3Grants('/domains/:domain', () => '/domains/default'),
  ...v3Grants('/system', () => '/system'),

  // Identity v2.0
  'POST /identity/v2.0/tokens': v2Login('/identity/v2.0/tokens'),
  'POST /tokens': v2Login('/tokens'),
  'POST /identity/v2.0/users': ({ owner }) => {
    const user = { username: 'fresh@example.org', first_name: 'Fresh', last_name: 'User' };
    const path = '/identity/v2.0/users';
    return [
      { path, body: { user: { ...user, username: owner.email } } },
      { path, body: { user: { ...user, affiliation: LONG } } },
      { path, body: { user: { ...user, password: 'short' } } },
    ];
  },
  'PUT /identity/v2.0/users/:user': ({ owner, stranger }) => [
    {
      path: `/identity/v2.0/users/${owner.uuid}`,
      body: { user: { first_name: 'New', username: stranger.email } },
    },
    {
      path: `/identity/v2.0/users/${owner.uuid}`,
      body: { user: { username: 'n@n.example', password: 'short' } },
    },
  ],
  'POST /identity/v2.0/users/:user/action': ({ owner, admin, stranger }) => [
    { path: `/identity/v2.0/users/${admin.id}/action`, body: { deactivate: { reason: 'last' } } },
    { path: `/identity/v2.0/users/${owner.uuid}/action`, body: { setDefaultProject: stranger.project } },
    { path: `/identity/v2.0/users/${owner.uuid}/action`, body: { signTerms: null, activate: null } },
  ],

  // The account dialect
  'POST /account/v1.0/commissions': ({ owner, component }) => {
    const provision = (resource: string) => ({
      holder: owner.uuid,
      source: owner.uuid,
      resource,
      quantity: 1,
    });
    const body = { name: 'x', force: false, provisions: [provision('cyclades.vm'), provision('unknown')] };
    return [{ path: '/account/v1.0/commissions', by: component, body }];
  },
  'POST /account/v1.0/commissions/action': ({ component }) => [
    { path: '/account/v1.0/commissions/action', by: component, body: { accept: [1], reject: 'x' } },
  ],
  'POST /account/v1.0/commissions/:serial/action': ({ component }) => [
    { path: '/account/v1.0/commissions/999999/action', by: component, body: { accept: '' } },
    { path: '/account/v1.0/commissions/1/action', by: component, body: { accept: '', reject: '' } },
  ],
  'POST /account/v1.0/feedback': ({ owner }) => [
    { path: '/account/v1.0/feedback', by: owner.token, body: {} },
  ],
  'POST /feedback': ({ owner }) => [{ path: '/feedback', by: owner.token, body: {} }],
  'POST /account/v1.0/myaccount/default_project': ({ owner, stranger }) => [
    {
      path: '/account/v1.0/myaccount/default_project',
      by: owner.token,
      body: { project_id: stranger.project },
    },
  ],
  'POST /account/v1.0/projects': ({ owner }) => {
    const wanted = { name: 'new.example.org', end_date: '2030-01-01T00:00:00Z' };
    const path = '/account/v1.0/projects';
    return [
      { path, by: owner.token, body: { ...wanted, resources: limits('unknown') } },
      { path, by: owner.token, body: { ...wanted, owner: ABSENT } },
      { path, by: owner.token, body: { ...wanted, description: 'a\u0000b' } },
    ];
  },
  'PUT /account/v1.0/projects/:project': accountModification,
  'POST /account/v1.0/projects/:project': accountModification,
  'POST /account/v1.0/projects/:project/action': ({ owner, decided }) => {
    const path = `/account/v1.0/projects/${owner.project}/action`;
    return [
      { path, body: { unsuspend: '' } },
      { path, by: owner.token, body: { suspend: '' } },
      { path, body: { approve: { app_id: decided } } },
    ];
  },
  'POST /account/v1.0/projects/apps/:application/action': ({ decided, application, owner }) => [
    { path: `/account/v1.0/projects/apps/${decided}/action`, body: { approve: '' } },
    { path: `/account/v1.0/projects/apps/${application}/action`, by: owner.token, body: { approve: '' } },
  ],
  'POST /account/v1.0/projects/memberships': ({ owner, stranger, member }) => {
    const path = '/account/v1.0/projects/memberships';
    return [
      { path, by: stranger.token, body: { join: { project: owner.project } } },
      { path, by: owner.token, body: { enroll: { project: owner.project, user: 'unknown@example.org' } } },
      { path, by: owner.token, body: { enroll: { project: owner.project, user: member.email } } },
    ];
  },
  'POST /account/v1.0/projects/memberships/:membership/action': ({ membership, owner, stranger }) => [
    {
      path: `/account/v1.0/projects/memberships/${membership}/action`,
      by: owner.token,
      body: { accept: '' },
    },
    {
      path: `/account/v1.0/projects/memberships/${membership}/action`,
      by: stranger.token,
      body: { remove: '' },
    },
  ],

  // The workflow
  'PUT /v1/tasks/:uuid': ({ pendingTask, invitation }) => [
    { path: `/v1/tasks/${pendingTask}`, body: { email: 'unknown', project_name: 'new' } },
    { path: `/v1/tasks/${invitation}`, body: { email: 'other@example.org', roles: ['member'] } },
  ],
  'POST /v1/tasks/:uuid': ({ pendingTask, owner }) => [
    { path: `/v1/tasks/${pendingTask}`, body: { approved: false } },
    { path: `/v1/tasks/${pendingTask}`, body: { approved: true }, by: owner.token },
    { path: '/v1/tasks/unknown', body: { approved: true } },
  ],
  'DELETE /v1/tasks/:uuid': ({ pendingTask, moderator }) => [
    { path: '/v1/tasks/unknown' },
    { path: `/v1/tasks/${pendingTask}`, by: moderator },
  ],
  'POST /v1/tokens': reissue('/v1/tokens'),
  'POST /v1/token': reissue('/v1/token'),
  'DELETE /v1/tokens': ({ owner }) => [{ path: '/v1/tokens', by: owner.token }],
  'DELETE /v1/token': ({ owner }) => [{ path: '/v1/token', by: owner.token }],
  'POST /v1/tokens/*': submission('/v1/tokens'),
  'POST /v1/token/*': submission('/v1/token'),
  'POST /v1/notifications': acknowledgeAll('/v1/notifications'),
  'POST /v1/notification': acknowledgeAll('/v1/notification'),
  'POST /v1/notifications/:uuid': acknowledgeOne('/v1/notifications'),
  'POST /v1/notification/:uuid': acknowledgeOne('/v1/notification'),
  'POST /v1/openstack/users': invitationTo('/v1/openstack/users'),
  'POST /v1/actions/InviteUser': invitationTo('/v1/actions/InviteUser'),
  'DELETE /v1/openstack/users/:user_id': ({ moderator }) => [
    { path: '/v1/openstack/users/unknown', by: moderator },
  ],
  'PUT /v1/openstack/users/:user_id/roles': roleChange,
  'DELETE /v1/openstack/users/:user_id/roles': roleChange,
  'POST /v1/actions/EditUser': ({ moderator, member }) => [
    { path: '/v1/actions/EditUser', by: moderator, body: { user_id: member.uuid, roles: ['unknown'] } },
  ],
  'POST /v1/openstack/sign-up': signUp('/v1/openstack/sign-up'),
  'POST /v1/actions/CreateProject': signUp('/v1/actions/CreateProject'),
  'POST /v1/actions/CreateProjectAndUser': signUp('/v1/actions/CreateProjectAndUser'),
  'POST /v1/openstack/quotas': ({ moderator }) => [
    { path: '/v1/openstack/quotas', by: moderator, body: { size: 'huge' } },
    { path: '/v1/openstack/quotas', by: moderator, body: { size: 'small', regions: ['unknown'] } },
  ],
  'POST /v1/openstack/users/password-reset': () => [
    { path: '/v1/openstack/users/password-reset', by: null, body: NO_ADDRESS },
  ],
  'POST /v1/actions/ResetPassword': () => [{ path: '/v1/actions/ResetPassword', by: null, body: NO_ADDRESS }],
  'POST /v1/openstack/users/password-set': () => [
    { path: '/v1/openstack/users/password-set', body: NO_ADDRESS },
  ],
  'POST /v1/openstack/users/email-update': emailUpdate('/v1/openstack/users/email-update'),
  'POST /v1/openstack/email-update': emailUpdate('/v1/openstack/email-update'),
  'POST /v1/actions/UpdateEmail': emailUpdate('/v1/actions/UpdateEmail'),
};

function v3Grants(pattern: string, pathIn: (world: World) => string) {
  const cases = (world: World): Refused[] => [
    { path: `${V3}${pathIn(world)}/users/${world.stranger.uuid}/roles/999999` },
    { path: `${V3}${pathIn(world)}/users/${ABSENT}/roles/1` },
  ];
  const route = `${V3}${pattern}/users/:user/roles/:role`;
  return { [`PUT ${route}`]: cases, [`DELETE ${route}`]: cases };
}

function v2Login(path: string) {
  return ({ owner }: World): Refused[] => {
    const credentials = (password: string, more: object = {}) => ({
      auth: { passwordCredentials: { username: owner.email, password }, ...more },
    });
    return [
      { path, by: null, body: credentials('a wrong password') },
      { path, by: null, body: credentials('a password of some length', { tenantName: ABSENT }) },
    ];
  };
}

function accountModification({ owner, stranger }: World): Refused[] {
  const path = `/account/v1.0/projects/${owner.project}`;
  return [
    { path, by: owner.token, body: { name: 'new.example.org', resources: limits('unknown') } },
    { path, by: owner.token, body: { name: 'new.example.org', end_date: '2001-01-01T00:00:00Z' } },
    { path, by: stranger.token, body: { description: 'New' } },
  ];
}

function reissue(path: string) {
  return ({ pendingTask }: World): Refused[] => [
    { path, body: { task: 'unknown' } },
    { path, body: { task: pendingTask } },
  ];
}

function submission(path: string) {
  return ({ workflowToken }: World): Refused[] => [
    { path: `${path}/unknown`, by: null, body: {} },
    { path: `${path}/${workflowToken}`, by: null, body: {} },
    { path: `${path}/${workflowToken}`, by: null, body: { password: 5 } },
    { path: `${path}/${workflowToken}`, by: null, body: { password: 'short' } },
  ];
}

function acknowledgeAll(path: string) {
  return ({ notification }: World): Refused[] => [
    { path, body: { notifications: notification } },
    { path, body: {} },
  ];
}

function acknowledgeOne(path: string) {
  return ({ notification }: World): Refused[] => [
    { path: `${path}/${notification}`, body: { acknowledged: false } },
    { path: `${path}/unknown`, body: { acknowledged: true } },
  ];
}

function invitationTo(path: string) {
  return ({ moderator }: World): Refused[] => [
    { path, by: moderator, body: { email: 'unknown', roles: ['member'] } },
    { path, by: moderator, body: { email: 'x@example.org', roles: ['unknown'] } },
    { path, by: moderator, body: { email: 'x@example.org', roles: ['project_admin'] }, keepsTask: true },
  ];
}

function roleChange({ moderator, member }: World): Refused[] {
  const path = `/v1/openstack/users/${member.uuid}/roles`;
  return [
    { path, by: moderator, body: { roles: ['unknown'] } },
    { path, by: moderator, body: { roles: ['project_admin'] }, keepsTask: true },
  ];
}

function signUp(path: string) {
  return (): Refused[] => [
    { path, by: null, body: { email: 'unknown', project_name: 'new' } },
    { path, by: null, body: { email: 'x@example.org', project_name: LONG } },
  ];
}

function emailUpdate(path: string) {
  return ({ member }: World): Refused[] => [{ path, by: member.token, body: { new_email: 'unknown' } }];
}
