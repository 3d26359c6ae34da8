// SPDX-License-Identifier: BSD-2-Clause
// How much work something is. Time on the wall says more of what else the machine does.

/** Milliseconds of the processor that `run` takes, with whatever else this process does meanwhile. */
export const effortOf = (run: () => unknown): number => {
  const { user } = process.cpuUsage()
  run()
  return (process.cpuUsage().user - user) / 1000
}
