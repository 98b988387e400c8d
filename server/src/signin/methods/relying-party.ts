import { isIP } from 'node:net';

/** The service as browsers know it when they make and use passkeys (WebAuthn 5.1). */
export interface RelyingParty {
  /** A domain name: passkeys are bound to it. */
  readonly id: string;
  /** Scheme, host and port of the pages that may use passkeys. */
  readonly origin: string;
  /** The name that the browser shows. */
  readonly name: string;
}

/** Why this installation cannot have passkeys. */
export interface NoRelyingParty {
  readonly unavailable: string;
}

/**
 * The relying party of a public URL.
 * @param rpId the domain name of the setting; undefined: the host name of the URL
 */
export function relyingPartyOf(
  baseUrl: string,
  { rpId, name }: { rpId: string | undefined; name: string },
): RelyingParty | NoRelyingParty {
  const { hostname, origin, protocol } = new URL(baseUrl);
  const id = rpId ?? hostname;
  if (isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0) {
    return {
      unavailable: `Browsers support passkeys only where the service has a domain name; ${hostname} is an IP address.`,
    };
  }
  if (protocol !== 'https:' && hostname !== 'localhost' && !hostname.endsWith('.localhost')) {
    return { unavailable: 'Browsers support passkeys only over https.' };
  }
  if (hostname !== id && !hostname.endsWith(`.${id}`)) {
    return { unavailable: `webauthn_rp_id '${id}' is neither ${hostname} nor a domain that it belongs to.` };
  }
  return { id, origin, name };
}
