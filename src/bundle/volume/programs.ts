// SPDX-License-Identifier: BSD-2-Clause
// The system's programs that make disks, as a bundle of a volume needs them.
import { spawn } from 'node:child_process'
import { BundleError } from '../../format/bundle/errors'

export interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Ends the program; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Gets standard output as it comes, which is not kept then. */
  readonly onOutput?: (text: string) => void
}

export interface Programs {
  /** Run a program to its end, whatever its status. */
  attempt(program: string, args: readonly string[], options?: RunOptions): Promise<Outcome>
  /** Run a program that must succeed; its standard output. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<string>
}

// What programs say is for people: the end of it says what went wrong.
const keptCharacters = 65_536

const ended = (program: string, { status, stderr, stdout }: Outcome): BundleError => {
  const words = (stderr.trim() || stdout.trim()).split('\n').at(-1)
  return new BundleError(`${program} ended with status ${status}${words ? `: ${words}` : ''}`)
}

/** Programs of the user's path, and where administrators' programs are. `onRun` is told each command line. */
export const systemPrograms = (
  given: Readonly<Record<string, string | undefined>>,
  onRun: (words: readonly string[]) => void = () => {},
): Programs => {
  const env = { ...given, PATH: `${given.PATH ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`, LC_ALL: 'C' }
  const attempt = (program: string, args: readonly string[], { signal, onOutput }: RunOptions = {}) =>
    new Promise<Outcome>((resolve, reject) => {
      signal?.throwIfAborted()
      onRun([program, ...args])
      // In a group of its own: ^C is for us to pass on, and must not end what cleans up.
      const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
      let stdout = ''
      let stderr = ''
      const end = (): void => {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
        } catch {
          // It has ended by itself.
        }
      }
      signal?.addEventListener('abort', end, { once: true })
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (onOutput) onOutput(text)
        else stdout = (stdout + text).slice(-keptCharacters)
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr = (stderr + text).slice(-keptCharacters)
      })
      child.on('error', (error: NodeJS.ErrnoException) => {
        signal?.removeEventListener('abort', end)
        const isMissing = error.code === 'ENOENT'
        reject(isMissing ? new BundleError(`${program} is needed for this, and is not installed`) : error)
      })
      child.on('close', (code, killedBy) => {
        signal?.removeEventListener('abort', end)
        if (signal?.aborted) reject(signal.reason)
        else if (code === null) reject(new BundleError(`${program} was ended by ${killedBy}`))
        else resolve({ status: code, stdout, stderr })
      })
    })
  return {
    attempt,
    run: async (program, args, options) => {
      const outcome = await attempt(program, args, options)
      if (outcome.status !== 0) throw ended(program, outcome)
      return outcome.stdout
    },
  }
}
