/** What the exit code says; `kcheck --help` and docs/cli.md list the same. */

export const ExitCode = {
  asExpected: 0,
  differs: 1,
  usage: 2,
  internal: 3,
  /** What `git bisect run` takes as "skip this commit". */
  inconclusive: 125,
  /** 128 + SIGINT, as a shell says it. */
  interrupted: 130,
} as const;
