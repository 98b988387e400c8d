import swagger from '@fastify/swagger';
import swaggerUi, { type FastifySwaggerUiOptions } from '@fastify/swagger-ui';
import * as native from '@purser/api/native/index';
import type { FastifyInstance } from 'fastify';
import { REQUIREMENTS } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { publicPath } from '../../../lib/text/public-address.ts';

const DESCRIPTION = `Everything that Purser can do.

**Times** are ISO 8601 in UTC. **Limits** are exact 64-bit integers; 9223372036854775807 means unlimited.

**Lists** come in pages, \`{"items": [...], "next": "..."}\`, in a stable order. Send \`next\` back as \`after\` to get
the next page; it is null on the last one. \`limit\` says how many items a page may have.

**Errors** are problem details (RFC 9457), \`application/problem+json\`. Program against \`code\`; \`detail\` is for
people; \`errors\` names the fields at fault.

**Properties** that a request does not know are refused, not ignored.`;

const TAGS = [
  { name: 'Me', description: 'Who is asking.' },
  { name: 'Users', description: 'Accounts and their life.' },
  { name: 'Tokens', description: 'API tokens of users.' },
  { name: 'Roles', description: 'Roles, and who has them.' },
  { name: 'Components', description: 'The systems that register services.' },
  { name: 'Services', description: 'The catalog.' },
  { name: 'Resources', description: 'What can be counted and limited.' },
  { name: 'Projects', description: 'Pools of resources with members.' },
  { name: 'Applications', description: 'What is asked of projects, and what became of it.' },
  { name: 'Memberships', description: 'Who takes part in which project.' },
  { name: 'Approvals', description: 'All that waits for an operator.' },
  { name: 'Tasks', description: 'What was asked for by the workflow, and what became of it.' },
  { name: 'Task tokens', description: 'The links that people get by mail, to finish a task.' },
  { name: 'Notifications', description: 'Messages to operators about tasks.' },
  { name: 'Webhooks', description: 'Addresses that are told of events.' },
  { name: 'Quotas', description: 'What may be used, and what is.' },
  { name: 'Commissions', description: 'Reservations of quotas, and what became of them.' },
  { name: 'Usage', description: 'Who used what, when.' },
  { name: 'Terms of service', description: 'Versions of the terms, and accepting them.' },
  { name: 'Audit', description: 'Who did what.' },
  { name: 'Statistics', description: 'The cloud in numbers.' },
  { name: 'Rehearsals', description: 'What a change would bring about.' },
];

/**
 * Everything the page needs comes from this server. Swagger UI puts styles on elements, and draws its icons from
 * data URLs.
 */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'connect-src': "'self'",
  'font-src': "'self'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'img-src': ["'self'", 'data:'],
  'script-src': "'self'",
  'style-src': ["'self'", "'unsafe-inline'"],
};

/**
 * Collects the routes that are added from now on for `/openapi.json` and `/docs`.
 */
export async function describeApi(app: FastifyInstance, { settings }: Domain): Promise<void> {
  await app.register(swagger, documentOptions(settings));
  for (const schema of Object.values(native)) {
    if (isNamed(schema)) app.addSchema(schema);
  }
  // The pages of the package say nothing of who may see them.
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith(`${app.prefix}/docs`))
      route.config = { ...route.config, requires: REQUIREMENTS.public };
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: publicPath(settings.baseUrl, app.prefix),
    staticCSP: CONTENT_SECURITY_POLICY,
    ...brandedAs(settings.serviceName),
    uiConfig: { validatorUrl: null, deepLinking: true, docExpansion: 'list', persistAuthorization: false },
  });
  app.get('/openapi.json', { schema: { hide: true }, config: { requires: REQUIREMENTS.public } }, () =>
    app.swagger(),
  );
}

/** Title, icon and logo of the page: those of the service, not of the viewer. */
function brandedAs(name: string): Pick<FastifySwaggerUiOptions, 'theme' | 'logo'> {
  const initial = markup([...name][0]?.toUpperCase() ?? 'P');
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1f3a5f"/><text x="16" y="23" font-family="sans-serif" font-size="20" font-weight="bold" text-anchor="middle" fill="#fff">${initial}</text></svg>`;
  const logo = `<svg xmlns="http://www.w3.org/2000/svg" height="40" width="400" viewBox="0 0 400 40"><text x="0" y="28" font-family="sans-serif" font-size="24" fill="#fff">${markup(name)} API</text></svg>`;
  const favicon = {
    filename: 'favicon.svg',
    rel: 'icon',
    sizes: 'any',
    type: 'image/svg+xml',
    content: icon,
  };
  return {
    theme: { title: `${name} API`, favicon: [favicon] },
    logo: { type: 'image/svg+xml', content: Buffer.from(logo) },
  };
}

const markup = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

function documentOptions({ baseUrl, serviceName }: Domain['settings']): Parameters<typeof swagger>[1] {
  return {
    openapi: {
      openapi: '3.1.0',
      info: { title: `${serviceName} API`, description: DESCRIPTION, version: '1' },
      servers: [{ url: baseUrl }],
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An API token.' },
          token: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Auth-Token',
            description: 'The same, the older way.',
          },
        },
      },
    },
    stripBasePath: false,
    convertConstToEnum: false,
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, index) =>
        typeof $id === 'string' ? $id : `schema-${index}`,
    },
  };
}

function isNamed(schema: unknown): schema is { $id: string } {
  return typeof schema === 'object' && schema !== null && '$id' in schema;
}
