import type { FeatureSet } from './feature-set.ts';

/**
 * The default exports of feature set packages, in the given order. Throws an Error with a sentence if a package cannot
 * be loaded or exports no feature set.
 */
export async function importFeatureSets(packages: readonly string[]): Promise<FeatureSet[]> {
  const sets: FeatureSet[] = [];
  for (const name of packages) {
    let imported: { default?: unknown };
    try {
      imported = (await import(name)) as { default?: unknown };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
      throw new Error(`feature_sets: The package '${name}' cannot be loaded: ${reason}`, { cause });
    }
    const set = imported.default as Partial<FeatureSet> | undefined;
    if (typeof set !== 'object' || set === null || typeof set.name !== 'string') {
      throw new Error(`feature_sets: The package '${name}' does not export a feature set by default.`);
    }
    sets.push(set as FeatureSet);
  }
  return sets;
}
