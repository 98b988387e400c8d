/** How the items of one kind are shown. */
export interface View<T> {
  /** All fields, in the order in which `csv` and a single item show them. */
  readonly fields: readonly (keyof T & string)[];
  /** The fields that a table of many shows. */
  readonly columns: readonly (keyof T & string)[];
  /** How people read a field, where it is not obvious. */
  readonly texts?: { readonly [K in keyof T]?: (value: T[K], item: T) => string };
}
