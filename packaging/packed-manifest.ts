/** What the repository says about a package. */
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

/** How a package is built: bundled for whoever calls the service, or compiled file by file. */
export type Kind = 'client' | 'command' | 'compiled';

/**
 * The package.json with which a package leaves the repository: what is exported is what was built, and what went into a
 * bundle is no dependency.
 */
export function packedManifest(source: Manifest, kind: Kind): object {
  const { name, version, description, license, type, bin, dependencies } = source;
  const common = { name, version, description, license, type, engines: { node: '>=24' } };
  const exports = exportsOf(source, kind);
  if (kind === 'client') return { ...common, sideEffects: false, exports, files: ['dist'] };
  if (kind === 'compiled') return { ...common, exports, dependencies, files: ['dist'] };
  return {
    ...common,
    bin,
    files: ['bin', 'dist'],
    // `serve`, `config` and `migrate` are the service's own; whoever only calls one needs none.
    peerDependencies: { '@purser/server': version },
    peerDependenciesMeta: { '@purser/server': { optional: true } },
  };
}

function exportsOf({ exports = {} }: Manifest, kind: Kind): object {
  const packed = Object.entries(exports).map(([path, file]) => {
    const built = builtName(file);
    if (kind === 'compiled') return [path, { types: `./dist/${built}.d.ts`, default: `./dist/${built}.js` }];
    const forms = {
      types: `./dist/types/${built}.d.ts`,
      node: `./dist/node/${built}.js`,
      default: `./dist/browser/${built}.js`,
    };
    return [path, forms];
  });
  return Object.fromEntries(packed);
}

/** `./src/index.ts` is built as `index`. */
export const builtName = (file: string): string => file.replace(/^\.\/src\//, '').replace(/\.ts$/, '');
