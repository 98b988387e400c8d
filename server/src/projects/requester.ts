import { type Actor, THE_SERVICE } from '../audit/actor.ts';

/** Who asks for something of projects. Operators may do what owners may, and what only operators may. */
export interface Requester extends Actor {
  readonly operator: boolean;
}

/** The service itself, which nothing is refused to that an operator may do. */
export const SERVICE_REQUESTER: Requester = { ...THE_SERVICE, operator: true };
