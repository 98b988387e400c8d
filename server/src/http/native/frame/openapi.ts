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
the next page; it is null on the last one. \`limit\` is the maximum number of items per page.

**Errors** are problem details (RFC 9457), \`application/problem+json\`. Programs should use \`code\`; \`detail\` is for
people; \`errors\` names the invalid fields.

**Unknown properties** in a request are refused, not ignored.`;

const TAGS = [
  { name: 'Me', description: 'The authenticated user.' },
  { name: 'Users', description: 'User accounts and their states.' },
  { name: 'Tokens', description: 'API tokens of users.' },
  { name: 'Sign-in methods', description: 'Second factors and passkeys.' },
  { name: 'Roles', description: 'Roles and their assignment to users.' },
  { name: 'Components', description: 'The systems that register services.' },
  { name: 'Services', description: 'The service catalog.' },
  { name: 'Resources', description: 'Quantities that services count and Purser limits.' },
  { name: 'Projects', description: 'Projects: pools of resources that members share.' },
  { name: 'Applications', description: 'Project applications and their outcome.' },
  { name: 'Memberships', description: 'Members of projects, and requests to join or leave.' },
  { name: 'Approvals', description: 'Pending project applications and tasks.' },
  { name: 'Tasks', description: 'Workflow tasks and their outcome.' },
  { name: 'Task tokens', description: 'Tokens in mailed links that complete tasks.' },
  { name: 'Notifications', description: 'Messages to operators about tasks.' },
  { name: 'Webhooks', description: 'Addresses that receive events.' },
  { name: 'Quotas', description: 'Limits and usage.' },
  { name: 'Commissions', description: 'Reservations of quota and their outcome.' },
  { name: 'Usage', description: 'Usage over time.' },
  { name: 'Terms of service', description: 'Versions of the terms of service, and their acceptance.' },
  { name: 'Audit', description: 'The audit record.' },
  { name: 'Statistics', description: 'Statistics of the cloud.' },
  { name: 'Rehearsals', description: 'Dry runs of changes.' },
];

/**
 * The page loads everything from this server. Swagger UI sets styles on elements, and its icons are data URLs.
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
  // The routes of the package declare no requirement for callers.
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

/** Title, icon and logo of the page: those of the service, not of Swagger UI. */
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
