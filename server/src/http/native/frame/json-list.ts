import { stringifyExact } from '../../../lib/text/json.ts';

/** The items of a JSON array, some at a time. */
export class JsonList {
  #empty = true;

  add(items: readonly unknown[]): string {
    const text = items.map(stringifyExact).join(',');
    if (text === '') return '';
    const separator = this.#empty ? '' : ',';
    this.#empty = false;
    return separator + text;
  }
}
