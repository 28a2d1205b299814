// The three people of `sluice init`, as its command line names them.

export const FOUNDERS: readonly string[] = [
  ...['--admin', 'root-admin:周管'],
  ...['--head', 'zhang-zhuren:张主任'],
  ...['--auditor', 'wu-shenji:吴审'],
];
