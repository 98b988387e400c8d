/** What filters of lists name: where one thing of the kind is found, and what the kind is called. */
const FILTERS: Readonly<Record<string, readonly [kind: string, path: string]>> = {
  ...{ user: ['user', '/users/'], owner: ['user', '/users/'], member: ['user', '/users/'] },
  ...{ applicant: ['user', '/users/'], actor: ['user', '/users/'] },
  project: ['project', '/projects/'],
  resource: ['resource', '/resources/'],
  component: ['component', '/components/'],
  service: ['service', '/services/'],
  role: ['role', '/roles'],
};

/** Something that a filter names. */
interface Named {
  readonly kind: string;
  readonly name: string;
  /** Where it is, or where all of the kind are listed. */
  readonly path: string;
  readonly listed: boolean;
}

/** What the filters of a query name, for when a list is empty: it may be that what they name is not there. */
export function namedBy(query: Readonly<Record<string, unknown>>): Named[] {
  return Object.entries(query).flatMap(([key, name]) => {
    const filter = Object.hasOwn(FILTERS, key) ? FILTERS[key] : undefined;
    if (filter === undefined || typeof name !== 'string' || name === '') return [];
    const [kind, path] = filter;
    const listed = !path.endsWith('/');
    return [{ kind, name, listed, path: listed ? path : path + encodeURIComponent(name) }];
  });
}
