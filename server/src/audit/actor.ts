/** Who does something: an account, or the service itself. */
export interface Actor {
  /** Uuid of the account; null if it is none. */
  readonly uuid: string | null;
  /** Its display name; names change, so records keep the one of the time. */
  readonly name: string;
  /** Where the request came from; null if it came from nowhere. */
  readonly address: string | null;
}

/** The service, where it acts of its own accord. */
export const THE_SERVICE: Actor = { uuid: null, name: 'purser', address: null };

/** Who did something, as the record has it. */
export const traceOf = ({ uuid, name, address }: Actor) => ({ actor: uuid, actorName: name, address });
