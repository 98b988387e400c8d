import { parseExact } from '@purser/text/json';
import { usage } from '../failures.ts';

/** The value of `NAME=VALUE`: a value that is JSON, for example `["member"]` or `3`, is taken as that, any other as a text. */
export function fieldsOf(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([A-Za-z0-9_]+)=(.*)$/s.exec(text) ?? [];
      if (name !== undefined && value !== undefined) return [name, jsonOrText(value)];
      throw usage(
        `'${text}' is not a valid field; use NAME=VALUE, for example size=large or 'roles=["member"]'.`,
      );
    }),
  );
}

function jsonOrText(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}
