import { PurserError } from '../lib/errors.ts';
import type { NetworkBackend } from '../workflow/features/backends.ts';

const refuse = async (): Promise<never> => {
  throw new PurserError('not_available_here', { what: 'Networks' });
};

/** Where nobody makes networks: every call is `not_available_here`. */
export const noNetwork: NetworkBackend = {
  available: false,
  createNetwork: refuse,
  createSubnet: refuse,
  createRouter: refuse,
  addRouterInterface: refuse,
};
