import type { Component } from './components.ts';
import type { Resource } from './resources.ts';

/** What the configuration says about components or resources, by name; it wins over what is built in. */
export type MetadataOverrides = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How interfaces speak of a resource (quota §4.4). */
export interface ResourcePresentation {
  readonly help_text: string;
  readonly help_text_input_each: string;
  readonly help_text_input_total: string;
  readonly report_desc: string;
  readonly placeholder: string;
  readonly verbose_name: string;
  readonly is_abbreviation: boolean;
  readonly display_name: string;
  readonly pluralized_display_name: string;
  readonly group: string;
}

/** How the cloud bar and the dashboard show a component (web §2). */
export interface ComponentPresentation {
  readonly name: string;
  readonly url: string | null;
  readonly order: number;
  readonly verbose_name: string;
  readonly cloudbar: { readonly show: boolean; readonly name: string; readonly icon?: string };
  readonly dashboard: {
    readonly show: boolean;
    readonly order: number;
    readonly description: string;
    readonly icon?: string;
  };
}

export interface ResourceGroup {
  readonly name: string;
  readonly verbose_name: string;
  readonly help_text: string;
}

/** The groups that resources are shown in, in order. */
export const RESOURCE_GROUPS: readonly ResourceGroup[] = [
  { name: 'storage', verbose_name: 'Storage', help_text: 'Room for files in the object store' },
  { name: 'compute', verbose_name: 'Compute', help_text: 'Servers and what they are made of' },
  { name: 'network', verbose_name: 'Network', help_text: 'Networks and addresses for servers' },
  { name: 'accounts', verbose_name: 'Accounts', help_text: 'Projects and applications' },
];

type Wording = Partial<ResourcePresentation>;

const wording = (
  group: string,
  verbose_name: string,
  help_text: string,
  [each, total]: readonly [string, string],
  more: Wording = {},
): Wording => ({
  group,
  verbose_name,
  help_text,
  help_text_input_each: each,
  help_text_input_total: total,
  report_desc: verbose_name,
  ...more,
});

/** The resources of well-known services (quota §4.3), in the order in which they are shown. */
const KNOWN_RESOURCES: ReadonlyMap<string, Wording> = new Map([
  [
    'pithos.diskspace',
    wording(
      'storage',
      'storage space',
      'Room for files and snapshots in the object store',
      ['Storage space that each member may fill', 'Storage space that the project may fill in all'],
      { report_desc: 'Storage space', placeholder: 'e.g. 10 GB' },
    ),
  ],
  [
    'cyclades.disk',
    wording(
      'compute',
      'system disk',
      'Disk space of servers and volumes',
      ['Disk space for the servers of each member', 'Disk space for all servers of the project'],
      { report_desc: 'System disk', placeholder: 'e.g. 40 GB' },
    ),
  ],
  [
    'cyclades.total_cpu',
    wording(
      'compute',
      'total CPU',
      'Processors of all servers, running or not',
      [
        'Processors that the servers of each member may have',
        'Processors that all servers of the project may have',
      ],
      { report_desc: 'Total CPUs', placeholder: 'e.g. 4' },
    ),
  ],
  [
    'cyclades.cpu',
    wording(
      'compute',
      'cpu',
      'Processors of running servers',
      ['Processors that each member may use at once', 'Processors that the project may use at once'],
      { report_desc: 'CPUs', placeholder: 'e.g. 2', is_abbreviation: true },
    ),
  ],
  [
    'cyclades.total_ram',
    wording(
      'compute',
      'total RAM',
      'Memory of all servers, running or not',
      ['Memory that the servers of each member may have', 'Memory that all servers of the project may have'],
      { report_desc: 'Total RAM', placeholder: 'e.g. 8 GB' },
    ),
  ],
  [
    'cyclades.ram',
    wording(
      'compute',
      'ram',
      'Memory of running servers',
      ['Memory that each member may use at once', 'Memory that the project may use at once'],
      { report_desc: 'RAM', placeholder: 'e.g. 4 GB', is_abbreviation: true },
    ),
  ],
  [
    'cyclades.vm',
    wording(
      'compute',
      'vm',
      'Virtual servers',
      ['Servers that each member may have', 'Servers that the project may have in all'],
      { report_desc: 'Virtual servers', placeholder: 'e.g. 2', is_abbreviation: true },
    ),
  ],
  [
    'cyclades.network.private',
    wording(
      'network',
      'private network',
      'Networks that connect servers with one another',
      ['Private networks that each member may have', 'Private networks that the project may have in all'],
      { report_desc: 'Private networks', placeholder: 'e.g. 1' },
    ),
  ],
  [
    'cyclades.floating_ip',
    wording(
      'network',
      'floating IP',
      'Public addresses that can be moved between servers',
      ['Public addresses that each member may have', 'Public addresses that the project may have in all'],
      { report_desc: 'Floating IPs', placeholder: 'e.g. 1' },
    ),
  ],
  [
    'astakos.pending_app',
    wording(
      'accounts',
      'pending application',
      'Project applications that may wait for a decision at once',
      ['Applications of each member that may wait at once', 'Applications that may wait at once in all'],
      { report_desc: 'Pending applications', placeholder: 'e.g. 3' },
    ),
  ],
]);

const RESOURCE_ORDER: ReadonlyMap<string, number> = new Map(
  [...KNOWN_RESOURCES.keys()].map((name, index) => [name, index]),
);

/** How interfaces speak of a resource; one that is not known gets its name and unit. */
export function presentResource(
  resource: Pick<Resource, 'name' | 'unit'>,
  overrides: MetadataOverrides = {},
): ResourcePresentation {
  const { name, unit } = resource;
  const plain = `${name} resource`;
  const given: Wording = {
    help_text: plain,
    help_text_input_each: plain,
    help_text_input_total: plain,
    report_desc: plain,
    placeholder: unit ?? '',
    verbose_name: name,
    is_abbreviation: false,
    group: name,
    ...KNOWN_RESOURCES.get(name),
    ...overridesOf(overrides, name),
  };
  const { verbose_name = name, is_abbreviation = false } = given;
  const display_name = given.display_name ?? (is_abbreviation ? verbose_name.toUpperCase() : verbose_name);
  const pluralized_display_name =
    given.pluralized_display_name ?? `${display_name}${unit === null ? 's' : ''}`;
  return { ...given, display_name, pluralized_display_name } as ResourcePresentation;
}

/** Orders resource names as interfaces show them: known ones as listed here, then others by name. */
export function compareResources(a: string, b: string): number {
  const last = RESOURCE_ORDER.size;
  const byPlace = (RESOURCE_ORDER.get(a) ?? last) - (RESOURCE_ORDER.get(b) ?? last);
  return byPlace !== 0 ? byPlace : a < b ? -1 : a > b ? 1 : 0;
}

/** Place in the cloud bar, whether it is shown there, and place on the dashboard. */
const KNOWN_COMPONENTS: ReadonlyMap<string, ComponentMetadata> = new Map([
  [
    'astakos',
    {
      order: 1,
      verbose_name: 'Account',
      cloudbar: { show: false },
      dashboard: { order: 3, description: 'Your account, your projects and what they may use' },
    },
  ],
  [
    'pithos',
    {
      order: 2,
      verbose_name: 'Storage',
      cloudbar: { show: true },
      dashboard: { order: 1, description: 'Keep files and share them' },
    },
  ],
  [
    'cyclades',
    {
      order: 3,
      verbose_name: 'Compute',
      cloudbar: { show: true },
      dashboard: { order: 2, description: 'Run servers and networks' },
    },
  ],
]);

interface ComponentMetadata {
  readonly url?: string | null;
  readonly order?: number;
  readonly verbose_name?: string;
  readonly cloudbar?: Partial<ComponentPresentation['cloudbar']>;
  readonly dashboard?: Partial<ComponentPresentation['dashboard']>;
}

const UNKNOWN_COMPONENT_ORDER = 1000;

/** How the cloud bar shows the components, in its order; equal places in the order given. */
export function presentComponents(
  components: readonly Pick<Component, 'name' | 'uiUrl'>[],
  overrides: MetadataOverrides = {},
): ComponentPresentation[] {
  return components
    .map((component) => presentComponent(component, overrides))
    .sort((a, b) => a.order - b.order);
}

function presentComponent(
  { name, uiUrl }: Pick<Component, 'name' | 'uiUrl'>,
  overrides: MetadataOverrides,
): ComponentPresentation {
  const known = KNOWN_COMPONENTS.get(name) ?? {};
  const given = overridesOf(overrides, name) as ComponentMetadata;
  const order = given.order ?? known.order ?? UNKNOWN_COMPONENT_ORDER;
  const verbose_name = given.verbose_name ?? known.verbose_name ?? titleOf(name);
  return {
    name,
    url: uiUrl,
    ...given,
    order,
    verbose_name,
    cloudbar: { show: true, name: verbose_name, ...known.cloudbar, ...given.cloudbar },
    dashboard: {
      show: true,
      order,
      description: `${name} service`,
      ...known.dashboard,
      ...given.dashboard,
    },
  };
}

function overridesOf(overrides: MetadataOverrides, name: string): Readonly<Record<string, unknown>> {
  return Object.hasOwn(overrides, name) ? (overrides[name] ?? {}) : {};
}

/** `my-service` as `My Service`. */
function titleOf(name: string): string {
  return name.replace(/[-_\s]+/g, ' ').replace(/(^|\s)\S/g, (start) => start.toUpperCase());
}
