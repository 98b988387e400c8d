/** Wire contracts of Purser, by dialect. */
export * as native from './native/index.ts';
