import { restore } from './staging.ts';

/** Takes back what was done to pack the package in the current folder; npm runs this after it has packed it. */
restore(process.cwd());
