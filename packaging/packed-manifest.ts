/** The package.json of a package in the repository. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly type: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** How a package is built: bundled, as callers of the service need it, or compiled file by file. */
export type Kind = 'client' | 'command' | 'compiled';

/** The package.json of a built package: it exports the built files, and bundled packages are no dependencies. */
export function packedManifest(source: Manifest, kind: Kind): object {
  const { name, version, description, license, type, bin, dependencies } = source;
  const common = { name, version, description, license, type, engines: { node: '>=24' } };
  const exports = exportsOf(source, kind);
  if (kind === 'client') return { ...common, sideEffects: false, exports };
  if (kind === 'compiled') return { ...common, exports, dependencies };
  return {
    ...common,
    bin,
    // Only `serve`, `config` and `migrate` load the service.
    peerDependencies: { '@purser/server': version },
    peerDependenciesMeta: { '@purser/server': { optional: true } },
  };
}

function exportsOf({ exports = {} }: Manifest, kind: Kind): object {
  const packed = Object.entries(exports).map(([path, file]) => {
    const built = builtName(file);
    if (kind === 'compiled') return [path, { types: `./${built}.d.ts`, default: `./${built}.js` }];
    const forms = {
      types: `./types/${built}.d.ts`,
      node: `./node/${built}.js`,
      default: `./browser/${built}.js`,
    };
    return [path, forms];
  });
  return Object.fromEntries(packed);
}

/** `./src/index.ts` is built as `index`. */
export const builtName = (file: string): string => file.replace(/^\.\/src\//, '').replace(/\.ts$/, '');
