// SPDX-License-Identifier: BSD-2-Clause
// One HAProxy process of a load balancer. Each reload is a new one, which takes the listening sockets of the one before
// over as they are, so that there is no moment at which nobody listens; the old one goes on with what it has begun.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ProcessName, processOf } from '../../engine/processes'
import { readCounters, type StatCounters } from './counters'
import { firstAlert, type HaproxyProgram } from './haproxy-program'
import { RuntimeSocket, Unanswered } from './runtime-socket'

export interface StartOptions {
  readonly program: HaproxyProgram
  /** Of the balancer; names of files in configurations are relative to it. */
  readonly folder: string
  /** The same folder by a short path: those of sockets may not be long. */
  readonly shortFolder: string
  /** Of this process among those of the balancer. */
  readonly number: number
  readonly config: string
  /** Whose listeners it takes over. */
  readonly successorTo?: HaproxyProcess | undefined
  /** Where it writes its log, in the folder. */
  readonly logFile?: string | undefined
  readonly onEnd: (process: HaproxyProcess, how: string) => void
}

const lookAgainMilliseconds = 5
const patienceMilliseconds = 15_000
const endMilliseconds = 2000

export const socketName = (number: number): string => `runtime-${number}.sock`

export class HaproxyProcess {
  readonly number: number
  readonly logFile: string | undefined
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #stderr = ''
  #isAlive = true
  #runtime: RuntimeSocket | undefined
  /** What it has counted when it was last asked. */
  #counted: StatCounters = {}

  private constructor(child: ChildProcess, { number, logFile, onEnd }: StartOptions) {
    this.number = number
    this.logFile = logFile
    this.#child = child
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-4096)
    })
    this.#ended = new Promise(resolve => {
      const over = (how: string): void => {
        if (!this.#isAlive) return
        this.#isAlive = false
        this.#runtime?.close()
        onEnd(this, how)
        resolve()
      }
      child.once('error', error => over(error.message))
      child.once('exit', (code, signal) => over(signal ?? `status ${code}`))
    })
  }

  /** Resolves once it answers. Rejects, with its first words of complaint, when it ends before. */
  static async start(options: StartOptions): Promise<HaproxyProcess> {
    const { program, folder, shortFolder, number, config, successorTo, logFile } = options
    const file = `haproxy-${number}.cfg`
    writeFileSync(join(folder, file), config, { mode: 0o600 })
    const before = successorTo?.isAlive ? successorTo : undefined
    // Where its socket was removed, both listen until it has been told to leave.
    const canGive = before && existsSync(join(folder, socketName(before.number)))
    const taking = [
      ...(canGive ? ['-x', socketName(before.number)] : []),
      ...(before ? ['-sf', String(before.pid)] : []),
    ]
    const [command = program.path, ...args] = [
      ...program.launcher,
      program.path,
      '-db',
      '-f',
      file,
      ...taking,
    ]
    const log = logFile === undefined ? 'ignore' : openSync(join(folder, logFile), 'a', 0o600)
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', log, 'pipe'] })
    if (typeof log === 'number') closeSync(log)
    const started = new HaproxyProcess(child, options)
    await started.#answers(join(shortFolder, socketName(number)))
    return started
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get name(): ProcessName | undefined {
    return processOf(this.pid)
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  async #answers(socket: string): Promise<void> {
    const giveUp = performance.now() + patienceMilliseconds
    while (this.#isAlive) {
      try {
        this.#runtime = await RuntimeSocket.open(socket)
        return
      } catch (error) {
        if (performance.now() > giveUp) {
          this.#child.kill('SIGKILL')
          throw error
        }
        await pause(lookAgainMilliseconds)
      }
    }
    throw new Error(firstAlert(this.#stderr))
  }

  /** One that does not answer is killed: it would go on taking connections that nobody serves. */
  async ask(command: string): Promise<string> {
    if (!this.#runtime) throw new Error('HAProxy has not answered yet')
    try {
      return await this.#runtime.ask(command)
    } catch (error) {
      if (error instanceof Unanswered) this.#child.kill('SIGKILL')
      throw error
    }
  }

  /** What has been counted since this was last asked. */
  async newlyCounted(): Promise<StatCounters> {
    const { total, since } = readCounters(await this.ask('show stat'), this.#counted)
    this.#counted = total
    return since
  }

  /** How many clients it still serves. */
  async connections(): Promise<number> {
    return Number(/^CurrConns: (\d+)$/m.exec(await this.ask('show info'))?.[1] ?? 0)
  }

  /**
   * End what goes to some of its servers, by their names. One that has given its listeners over takes no commands about
   * servers any more, but those about each session.
   */
  async cut(servers: ReadonlySet<string>): Promise<void> {
    for (const line of (await this.ask('show sess')).split('\n')) {
      const [, session, server = ''] = /^(0x[0-9a-f]+): .* srv=(\S+) /.exec(line) ?? []
      if (session !== undefined && servers.has(server)) await this.ask(`shutdown session ${session}`)
    }
  }

  /** One that has given its listeners over ends when nobody asks it anything more. */
  release(): void {
    this.#runtime?.close()
  }

  async end(): Promise<void> {
    if (!this.#isAlive) return
    this.#child.kill('SIGTERM')
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), endMilliseconds)
    await this.#ended
    clearTimeout(hard)
  }
}
