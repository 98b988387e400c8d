/** Sizes of quotas that are offered where operators set none (workflow-v1 §11). */
export const QUOTA_SIZES = {
  small: sizeOf({
    nova: [10, 20, 65_536, 10, 5, 20, 100],
    cinder: [5000, 50, 20],
    neutron: [10, 3, 50, 3, 20, 100, 3],
    octavia: [5, 1, 1, 2, 1],
    trove: [3, 3, 15],
  }),
  medium: sizeOf({
    nova: [50, 100, 327_680, 25, 5, 50, 400],
    cinder: [10_000, 300, 100],
    neutron: [25, 5, 250, 5, 50, 400, 5],
    octavia: [50, 5, 5, 5, 5],
    trove: [10, 10, 50],
  }),
  large: sizeOf({
    nova: [100, 200, 655_360, 50, 5, 100, 800],
    cinder: [50_000, 600, 200],
    neutron: [50, 10, 500, 10, 100, 800, 10],
    octavia: [100, 10, 10, 10, 10],
    trove: [20, 20, 100],
  }),
};

/** What differs from size to size, in the order in which it is named below. */
type Figures = Record<'nova' | 'cinder' | 'neutron' | 'octavia' | 'trove', number[]>;

function sizeOf({ nova, cinder, neutron, octavia, trove }: Figures): Record<string, Record<string, number>> {
  const named = (names: string, figures: number[]): Record<string, number> =>
    Object.fromEntries(names.split(' ').map((name, index) => [name, figures[index] ?? 0]));
  return {
    nova: {
      ...named('instances cores ram floating_ips injected_files security_groups security_group_rules', nova),
      fixed_ips: 0,
      metadata_items: 128,
      injected_file_content_bytes: 10_240,
      key_pairs: 50,
    },
    cinder: named('gigabytes snapshots volumes', cinder),
    neutron: named('floatingip network port router security_group security_group_rule subnet', neutron),
    octavia: named('health_monitor listener load_balancer member pool', octavia),
    trove: named('instances volumes backups', trove),
  };
}
