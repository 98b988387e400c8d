/** Who does something: an account, or the service itself. */
export interface Actor {
  /** Uuid of the account; null if it is none. */
  readonly uuid: string | null;
  /** Its display name; names change, so records keep the one of the time. */
  readonly name: string;
  /** Where the request came from; null if it came from nowhere. */
  readonly address: string | null;
  /** It acts for people without being an operator: a task of the workflow, or a program with limited rights. */
  readonly delegate?: boolean | undefined;
}

/** The service, where it acts of its own accord. */
export const THE_SERVICE: Actor = { uuid: null, name: 'purser', address: null };

/** The tasks of the workflow, where they act on accounts: they undo only what tasks did. */
export const THE_WORKFLOW: Actor = { ...THE_SERVICE, delegate: true };

/** A person who acts on the own account, from the address of the client. */
export const personAs = (
  { uuid, username }: { readonly uuid: string; readonly username: string },
  address: string,
): Actor => ({ uuid, name: username, address });

/** Who did something, as the record has it. */
export const traceOf = ({ uuid, name, address }: Actor) => ({ actor: uuid, actorName: name, address });
