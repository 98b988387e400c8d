/**
 * The same data, which throws when something is asked of it that it does not have: a misspelt name in a template
 * would write `undefined` into a mail.
 */
export function watched<D extends object>(data: D): D {
  return new Proxy(data, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      // What begins with two underscores is the template engine's own.
      if (typeof key === 'string' && !(key in target) && !key.startsWith('__')) {
        throw new Error(`There is no '${key}'; there is ${Object.keys(target).join(', ')}.`);
      }
      return typeof value === 'object' && value !== null ? watched(value) : value;
    },
  });
}
