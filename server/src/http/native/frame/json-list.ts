import { stringifyExact } from '../../../lib/text/json.ts';

/** Encodes the items of a JSON array in chunks. */
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
