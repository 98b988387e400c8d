/**
 * Runs a template with data in which names that are not there stand for nothing, at any depth: `it.a.b.c` is empty
 * where there is no `a`. A name that is missing is `undefined` at first, as it is in any program, so that conditions
 * see it as such; where the template fails on that, it runs again with an empty value there.
 * Throws what the template throws for any other reason.
 */
export function forgiving(data: object, run: (data: object) => string): string {
  const empty = new Set<string>();
  for (;;) {
    let missed: string | undefined;
    const watch = new Missing(empty, (path) => {
      missed = path;
    });
    try {
      return run(watch.over(data, '') as object);
    } catch (error) {
      if (missed === undefined || empty.has(missed) || empty.size >= MISSING_MAX) throw error;
      empty.add(missed);
    }
  }
}

/** More names than any template has: whatever fails for another reason ends here. */
const MISSING_MAX = 200;

/** Data that reports the names that are asked of it in vain, and has an empty value for some of them. */
class Missing {
  readonly #empty: ReadonlySet<string>;
  readonly #report: (path: string) => void;

  constructor(empty: ReadonlySet<string>, report: (path: string) => void) {
    this.#empty = empty;
    this.#report = report;
  }

  over(value: unknown, path: string): unknown {
    if (!isPlain(value)) return value;
    // A copy, because what a proxy answers for a frozen property must be that property.
    const target: object = Array.isArray(value) ? [...value] : { ...value };
    return new Proxy(target, {
      get: (object, key) => {
        const found: unknown = Reflect.get(object, key);
        if (typeof key === 'symbol') return found;
        const below = `${path}.${key}`;
        // What begins with two underscores is the template engine's own.
        if (key in object || key.startsWith('__')) {
          return found === undefined || found === null
            ? this.#missing(below, found)
            : this.over(found, below);
        }
        return this.#missing(below, undefined);
      },
    });
  }

  #missing(path: string, found: null | undefined): unknown {
    this.#report(path);
    return this.#empty.has(path) ? this.#nothing(path) : found;
  }

  /** An empty text, list and object at once, which can be called too. */
  #nothing(path: string): unknown {
    return new Proxy(() => '', {
      get: (_target, key) => {
        if (key === Symbol.toPrimitive || key === 'toString' || key === 'valueOf') return () => '';
        if (key === Symbol.iterator) return () => [][Symbol.iterator]();
        if (key === 'length') return 0;
        return typeof key === 'symbol' ? undefined : this.#missing(`${path}.${key}`, undefined);
      },
      ownKeys: () => [],
      getOwnPropertyDescriptor: () => undefined,
    });
  }
}

function isPlain(value: unknown): value is object {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
