import type { WorkflowSettings } from '../workflow/features/workflow-settings.ts';

/** How a quota of the workflow maps to limits of the ledger. */
export interface MappedQuota {
  /** Names of resources; one quota can limit several. */
  readonly resources: readonly string[];
  /** The quantity of the resource per unit of the quota. */
  readonly factor: bigint;
}

/** By service, then by the name of the quota. */
export type QuotaMapping = Readonly<Record<string, Readonly<Record<string, MappedQuota>>>>;

const MEBI = 1024n ** 2n;
const GIBI = 1024n ** 3n;

/**
 * The resources of the well-known services. Other quotas, for example of key pairs or of rules in security groups,
 * limit nothing that the ledger counts.
 */
const BUILT_IN: QuotaMapping = {
  nova: {
    instances: { resources: ['cyclades.vm'], factor: 1n },
    cores: { resources: ['cyclades.cpu', 'cyclades.total_cpu'], factor: 1n },
    ram: { resources: ['cyclades.ram', 'cyclades.total_ram'], factor: MEBI },
  },
  cinder: {
    gigabytes: { resources: ['cyclades.disk'], factor: GIBI },
  },
  neutron: {
    network: { resources: ['cyclades.network.private'], factor: 1n },
    floatingip: { resources: ['cyclades.floating_ip'], factor: 1n },
  },
};

/** The built-in mapping, overridden by the operator's settings. */
export function quotaMapping(set: WorkflowSettings['quota']['mapping']): QuotaMapping {
  const services = new Set([...Object.keys(BUILT_IN), ...Object.keys(set)]);
  return Object.fromEntries(
    [...services].map((service) => {
      const quotas = Object.entries({ ...BUILT_IN[service], ...set[service] });
      return [service, Object.fromEntries(quotas.filter((quota): quota is Mapped => quota[1] !== null))];
    }),
  );
}

type Mapped = [string, MappedQuota];
