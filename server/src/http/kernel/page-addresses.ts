/**
 * Addresses of the pages for browsers that are rendered here (`http/pages`), with everything below each. The oldest
 * prefix `/im` has the same pages.
 */
export const PAGE_ADDRESSES = [
  '/login',
  '/ui/activate',
  '/ui/approval_terms',
  '/ui/email_change',
  '/ui/first-run',
  '/ui/landing',
  '/ui/local',
  '/ui/login',
  '/ui/logout',
  '/ui/password_change',
  '/ui/password_reset',
  '/ui/profile',
  '/ui/send',
  '/ui/signup',
  '/ui/token',
  '/weblogin',
] as const;

/** Whether a path of the service belongs to such a page. */
export function isPageAddress(path: string): boolean {
  return PAGE_ADDRESSES.some((address) => path === address || path.startsWith(`${address}/`));
}
