/**
 * The arrows of the house (ARCHITECTURE.md). Each layer lists what it may import; everything else is an error.
 */
const SRC = '^server/src';
const folders = (...names) => names.map((name) => `${SRC}/${name}/`);

/** From a folder of the server, only these others (and packages) may be imported. */
const layer = (name, ...allowed) => ({
  name: `arrow-${name.replace('/', '-')}`,
  comment: `${name} may import: ${[name, ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `${SRC}/${name}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^(server|client|cli|bench|api)/', pathNot: folders(name, ...allowed) },
});

module.exports = {
  forbidden: [
    {
      name: 'arrow-lib',
      comment: 'lib may import lib, and text.',
      severity: 'error',
      from: { path: `${SRC}/lib/`, pathNot: '\\.test\\.ts$' },
      to: { path: '^(server|client|cli|bench|api)/', pathNot: `${SRC}/lib/` },
    },
    layer('storage', 'lib'),
    layer('ledger', 'storage', 'lib'),
    layer('delivery', 'storage', 'lib'),
    layer('mail', 'delivery', 'storage', 'lib'),
    layer('webhooks', 'delivery', 'audit', 'storage', 'lib'),
    layer('audit', 'storage', 'lib'),
    layer('directory', 'mail', 'audit', 'storage', 'lib'),
    layer('catalog', 'directory', 'mail', 'audit', 'storage', 'lib'),
    layer('projects', 'catalog', 'directory', 'ledger', 'mail', 'audit', 'storage', 'lib'),
    layer('workflow', 'catalog', 'directory', 'ledger', 'mail', 'audit', 'storage', 'lib'),
    // What the workflow's ports are joined to: the service's own directory, projects and ledger.
    layer(
      'backends',
      'workflow',
      'projects',
      'catalog',
      'directory',
      'ledger',
      'mail',
      'audit',
      'storage',
      'lib',
    ),
    layer('approvals', 'workflow', 'projects', 'directory', 'audit', 'storage', 'lib'),
    layer('registration', 'directory', 'mail', 'audit', 'storage', 'lib'),
    layer('signin', 'directory', 'mail', 'audit', 'storage', 'lib'),
    layer('oversight', 'catalog', 'ledger', 'audit', 'storage', 'lib'),
    layer('config', 'catalog', 'workflow', 'lib'),
    {
      name: 'domain-knows-no-http',
      comment: 'Only http/ and compose/ may know a web framework.',
      severity: 'error',
      from: { path: SRC, pathNot: `${SRC}/(http|compose)/` },
      to: { path: '^node_modules/(fastify|@fastify)' },
    },
    {
      name: 'dialects-are-strangers',
      comment: 'A dialect shares server, kernel and cloudfault with others, and nothing of their own.',
      severity: 'error',
      from: { path: `${SRC}/http/([^/]+)/` },
      to: { path: `${SRC}/http/`, pathNot: `${SRC}/http/($1|server|kernel|cloudfault)/` },
    },
    {
      name: 'text-is-a-leaf',
      comment: 'Every package may import text/, which imports none of them.',
      severity: 'error',
      from: { path: '^text/' },
      to: { path: '^(server|client|cli|bench|api)/' },
    },
    {
      name: 'wire-contract-imports-text-alone',
      comment: 'api/ describes the wire and imports no other package of this repository but text/.',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^(server|client|cli|bench)/' },
    },
    {
      name: 'client-knows-the-wire',
      comment:
        'The client library imports the wire contract, text/, and no other package of this repository.',
      severity: 'error',
      from: { path: '^client/(src|examples)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(server|cli|bench)/' },
    },
    {
      name: 'client-core-runs-anywhere',
      comment: 'Only client/src/node/ may import what Node alone has.',
      severity: 'error',
      from: { path: '^client/src/', pathNot: ['^client/src/node/', '\\.test\\.ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'server-needs-no-client',
      comment: 'The service does not use its own client.',
      severity: 'error',
      from: { path: '^server/src/' },
      to: { path: '^client/' },
    },
    {
      name: 'clients-speak-http',
      comment:
        'The command speaks HTTP to a service; it imports what runs one, checks its settings and migrates its database.',
      severity: 'error',
      from: { path: '^(cli|bench)/src/' },
      to: {
        path: '^server/',
        pathNot: ['^server/src/(serve|check-configuration|config/load-settings)\\.ts$', '^server/test/'],
      },
    },
    {
      name: 'tests-stay-at-home',
      comment:
        'Benchmarks start servers and fill databases by the means of the tests: what takes hours over HTTP is ' +
        'set-up, and not measured. Nothing else needs them.',
      severity: 'error',
      from: { path: '^(text|api|client|cli|server)/src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^server/test/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.test\\.ts$', '\\.config\\.cjs$', '^cli/bin/'] },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/(?!fastify|@fastify)|^[^/]+/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Without these, imports of packages of this repository (`@purser/…`) are not resolved, and no arrow applies.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'default'] },
  },
};
