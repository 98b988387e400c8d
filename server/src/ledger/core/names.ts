/** The holding that a provision names, in parts; undefined if the names are not of either form. */
export type HoldingName =
  | { readonly kind: 'pool'; readonly project: string }
  | { readonly kind: 'seat'; readonly project: string; readonly user: string };

const USER = 'user:';
const PROJECT = 'project:';

/** Reads `holder` and `source` of the wire (quota §3.1). */
export function parseHolding(holder: string, source: string | null): HoldingName | undefined {
  if (source === null) {
    return holder.startsWith(PROJECT) ? { kind: 'pool', project: holder.slice(PROJECT.length) } : undefined;
  }
  if (!source.startsWith(PROJECT) || !holder.startsWith(USER)) return undefined;
  return { kind: 'seat', project: source.slice(PROJECT.length), user: holder.slice(USER.length) };
}

export const userHolder = (user: string): string => USER + user;
export const projectHolder = (project: string): string => PROJECT + project;
