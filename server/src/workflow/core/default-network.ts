import type { JsonObject } from '../../lib/text/json.ts';
import { type Check, noted } from './checks.ts';
import { type AnyRun, noting } from './run.ts';
import { flag, group, textOf, texts } from './settings.ts';

type Run = AnyRun<{ region: string; setup_network: boolean }>;

/** The defaults of the settings of both network actions. */
export const NETWORK_CONFIG: JsonObject = {
  region_defaults: {
    network_name: 'default_network',
    subnet_name: 'default_subnet',
    router_name: 'default_router',
    public_network: null,
    subnet_cidr: null,
    dns_nameservers: [],
  },
  regions: {},
  create_in_regions: [],
  create_in_all_regions: false,
};

export const networkRegionExists: Check<Run> = async (run) => {
  const { region } = run.data;
  if (region === '') return noted(run, false, 'ERROR: No region given.');
  const found = await run.backends.identity.getRegion(region);
  if (found) run.note(`Region: ${region} exists.`);
  return noted(run, found !== undefined, 'ERROR: Region does not exist.');
};

/** A network can only be requested where networks are available. */
export const networksAvailable: Check<Run> = (run) => {
  const possible = !run.data.setup_network || run.backends.network.available !== false;
  return noted(run, possible, 'ERROR: Networks are not available here.');
};

/**
 * Creates network, subnet, router and the router's interface in each chosen region, in this order. Each id is stored at
 * once, so that a run after a failure creates only what is missing.
 */
export async function createDefaultNetworks(run: Run, projectId: string): Promise<void> {
  for (const region of await regionsOf(run)) await createIn(run, region, projectId);
}

async function regionsOf({ config, data, backends }: Run): Promise<string[]> {
  const chosen = texts(config, 'create_in_regions');
  if (chosen.length > 0) return chosen;
  if (!flag(config, 'create_in_all_regions')) return [data.region];
  return (await backends.identity.listRegions()).map(({ id }) => id);
}

async function createIn(run: Run, region: string, projectId: string): Promise<void> {
  const { network: networks } = run.backends;
  const config = { ...group(run.config, 'region_defaults'), ...group(group(run.config, 'regions'), region) };
  const network = textOf(config, 'network_name') ?? 'default_network';
  const router = textOf(config, 'router_name') ?? 'default_router';
  const place = `for project '${projectId}' in region '${region}'`;

  const networkId = await once(run, region, 'network_id', {
    make: () => networks.createNetwork(region, { name: network, projectId }),
    made: () => `Network '${network}' created ${place}`,
    kept: () => `Network '${network}' already created ${place}`,
    failed: `creating network '${network}' ${place}`,
  });
  const subnetId = await once(run, region, 'subnet_id', {
    make: () =>
      networks.createSubnet(region, {
        networkId,
        projectId,
        cidr: textOf(config, 'subnet_cidr') ?? '',
        dnsNameservers: texts(config, 'dns_nameservers'),
      }),
    made: (id) => `Subnet '${id}' created in network '${network}' created ${place}`,
    kept: (id) => `Subnet '${id}' already created in network '${network}' created ${place}`,
    failed: `creating subnet in network '${network}' ${place}`,
  });
  const routerId = await once(run, region, 'router_id', {
    make: () =>
      networks.createRouter(region, {
        name: router,
        projectId,
        publicNetwork: textOf(config, 'public_network') ?? '',
      }),
    made: () => `Router '${router}' created ${place}`,
    kept: () => `Router '${router}' already created ${place}`,
    failed: `creating router '${router}' ${place}`,
  });
  await once(run, region, 'port_id', {
    make: () => networks.addRouterInterface(region, { routerId, subnetId }),
    made: (id) => `Interface '${id}' for network '${network}' added to router '${router}' ${place}`,
    kept: (id) => `Interface '${id}' for network '${network}' already added to router '${router}' ${place}`,
    failed: `adding interface for network '${network}' to router '${router}' ${place}`,
  });
}

/** Creates an object unless an earlier run has. @returns its id */
async function once(
  run: Run,
  region: string,
  name: string,
  step: {
    readonly make: () => Promise<string>;
    readonly made: (id: string) => string;
    readonly kept: (id: string) => string;
    readonly failed: string;
  },
): Promise<string> {
  const key = `${name}_${region}`;
  // Older versions stored ids without the region, which was that of the input.
  const known = run.cache[key] ?? (region === run.data.region ? run.cache[name] : undefined);
  if (typeof known === 'string') {
    run.cache[key] = known;
    run.note(step.kept(known));
    return known;
  }
  const id = await noting(run, step.make, step.failed);
  run.cache[key] = id;
  await run.keep();
  run.note(step.made(id));
  return id;
}
