import type { Excess } from './errors.ts';

/** Display names of the resources of well-known services (quota §4.3); other resources have none. */
const WORDS: Readonly<Record<string, string>> = {
  'cyclades.vm': 'virtual servers',
  'cyclades.cpu': 'CPUs',
  'cyclades.ram': 'RAM',
  'cyclades.disk': 'system disk',
  'cyclades.floating_ip': 'floating IPs',
  'cyclades.network.private': 'private networks',
  'pithos.diskspace': 'storage space',
  'astakos.pending_app': 'pending applications',
};

/** The message of a quota refusal for users, and its numbers. */
export function wordsOf({ holder, resource, requested, usage, available }: Excess): {
  message: string;
  details: string;
} {
  const whose = holder.startsWith('project:') ? "The project's" : "The user's";
  const what = Object.hasOwn(WORDS, resource) ? WORDS[resource] : resource;
  return requested < 0n
    ? {
        message: `${whose} usage of ${what} would fall below zero.`,
        details: `${resource}: ${usage} in use, ${-requested} to be released.`,
      }
    : {
        message: `${whose} limit of ${what} would be exceeded.`,
        details: `${resource}: ${available} available, ${requested} requested.`,
      };
}
