// SPDX-License-Identifier: BSD-2-Clause
// The one place that touches the process.
import { homedir } from 'node:os'
import { Interruption, type Io } from './context'
import { execute } from './execute'

/** How long a command that was interrupted may take to clean up. */
const graceMilliseconds = 10_000

const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** The process as `execute` sees it. A second signal of a kind ends the process at once. */
export const processIo = (packageRoot: string): Io => {
  const interrupted = new AbortController()
  for (const [signal, status] of Object.entries(statuses) as [keyof typeof statuses, number][]) {
    process.once(signal, () => {
      interrupted.abort(new Interruption(signal, status))
      setTimeout(() => process.exit(status), graceMilliseconds).unref()
    })
  }
  // A reader that went away is noticed where the write fails; without a listener it would end the process with a stack.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    // Reading `process.stdin` makes a stream; most tools never do.
    get stdin() {
      return process.stdin
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    home: process.env.HOME || homedir(),
    packageRoot,
    signal: interrupted.signal,
    endsProcess: true,
  }
}

/** Runs the tool that a process was started as, and ends the process. */
export const main = async (argv: readonly string[], packageRoot: string): Promise<void> => {
  const status = await execute(argv, processIo(packageRoot))
  // Idle connections and timers must not keep a finished tool alive; everything written has been handed to the system.
  process.exit(status)
}
export { execute } from './execute'
