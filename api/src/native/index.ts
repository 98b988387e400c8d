/** The wire contract of the native API: every resource, what creates and changes it, and how errors look. */
export * from './audit.ts';
export * from './bounds.ts';
export * from './commission.ts';
export * from './common.ts';
export * from './component.ts';
export * from './mail.ts';
export * from './me.ts';
export * from './problem.ts';
export * from './quota.ts';
export * from './quota-verification.ts';
export * from './resource.ts';
export * from './role.ts';
export * from './service.ts';
export * from './terms.ts';
export * from './token.ts';
export * from './usage.ts';
export * from './user.ts';
