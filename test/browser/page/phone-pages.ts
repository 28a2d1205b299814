// The pages that have to fit the phone, by who sees them.

export const PHONE_PAGES: Readonly<Record<string, readonly string[]>> = {
  operator: ['/', '/tickets/new', '/tickets/t-wait', '/keys'],
  head: [
    '/tickets/t-closed',
    '/tickets/t-wait',
    '/tickets/t-wait2',
    '/requests',
    '/custody',
    '/arrangements',
    '/locks',
    '/sessions/s-held',
    '/tickets/t-open',
    '/sessions/s-held/watch',
  ],
  auditor: ['/sessions/s-done', '/sessions/s-forward', '/sessions', '/search?q=xylophone', '/requests', '/supervision'],
  section: ['/custody', '/supervision', '/tickets/t-wait'],
  admin: ['/people', '/targets'],
};
