// SPDX-License-Identifier: BSD-2-Clause
// The services of a guest: each a process of its own, which ends with it. The gate stands in front: they listen on a
// socket in the guest's folder, which no one else can open.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { FromService, ToService } from '../messages'
import { packages } from './packages'
import { Refused } from './root'

/** Where a service listens, in the guest's folder, which is where its processes are: paths of sockets must be short. */
export const socketOf = (name: string): string => `./${name}.sock`

const startMilliseconds = 20_000

export interface ServiceOptions extends Omit<ToService, 'kind'> {
  readonly command: readonly string[]
  /** Services that are started with the guest. */
  readonly enabled: readonly string[]
  /** A file that its package brings, to see whether it is installed. */
  isInstalled(name: string): boolean
  say(line: string): void
  /** A service has begun to answer on a port, or has ended. Resolves when the guest's ports are as that wants them. */
  onChange(): Promise<void>
  /** Which are started with the guest is another now. */
  onEnabled(names: readonly string[]): void
}

interface Running {
  readonly child: ChildProcess
  readonly port: number
}

export class Services {
  readonly #options: ServiceOptions
  readonly #running = new Map<string, Running>()
  #enabled: ReadonlySet<string>

  constructor(options: ServiceOptions) {
    this.#options = options
    this.#enabled = new Set(options.enabled)
  }

  /** Ports that services answer, by their sockets. */
  get ports(): ReadonlyMap<number, string> {
    return new Map([...this.#running].map(([name, { port }]) => [port, socketOf(name)]))
  }

  #known(name: string): void {
    if (packages[name] === undefined) throw new Refused(`${name}: unrecognized service`)
    if (!this.#options.isInstalled(name)) throw new Refused(`${name} is not installed`)
  }

  /** Whoever starts a service in his user data wants it after the next boot as well, when that is not read again. */
  enable(name: string, isOn: boolean): void {
    this.#known(name)
    const names = new Set(this.#enabled)
    if (isOn) names.add(name)
    else names.delete(name)
    this.#enabled = names
    this.#options.onEnabled([...names])
  }

  async start(name: string): Promise<void> {
    this.enable(name, true)
    if (this.#running.has(name)) return
    await this.#launch(name)
  }

  async restart(name: string): Promise<void> {
    this.enable(name, true)
    await this.#end(name)
    await this.#launch(name)
  }

  async stop(name: string): Promise<void> {
    this.enable(name, false)
    await this.#end(name)
  }

  tell(name: string): void {
    this.#known(name)
    const running = this.#running.get(name)
    this.#options.say(running ? `${name} (pid ${running.child.pid}) is running...` : `${name} is stopped`)
  }

  async startEnabled(): Promise<void> {
    for (const name of this.#enabled) await this.start(name)
  }

  async #end(name: string): Promise<void> {
    const running = this.#running.get(name)
    if (!running) return
    this.#running.delete(name)
    await this.#options.onChange()
    const ended = once(running.child, 'exit')
    running.child.kill('SIGKILL')
    await ended
  }

  async #launch(name: string): Promise<void> {
    const { command, instanceId, zone, say, onChange } = this.#options
    const [program = '', ...args] = command
    const child = spawn(program, [...args, 'guest', '--service', name], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const first = await new Promise<FromService>(resolve => {
      const timer = setTimeout(
        () => resolve({ kind: 'failed', reason: 'it takes too long' }),
        startMilliseconds,
      )
      const tell = (answer: FromService): void => {
        clearTimeout(timer)
        resolve(answer)
      }
      child.once('error', error => tell({ kind: 'failed', reason: error.message }))
      child.once('exit', () => tell({ kind: 'failed', reason: 'it has ended' }))
      child.once('message', message => tell(message as FromService))
      child.send({ kind: 'start', instanceId, zone } satisfies ToService, () => {})
    })
    if (first.kind === 'failed') {
      child.kill('SIGKILL')
      throw new Refused(`Starting ${name}: failed: ${first.reason}`)
    }
    const running = { child, port: first.port }
    this.#running.set(name, running)
    child.once('exit', (code, signal) => {
      if (this.#running.get(name) !== running) return
      this.#running.delete(name)
      say(`${name}: process ${child.pid} has ended (${signal ?? `status ${code}`})`)
      void onChange()
    })
    // Who reads this may connect.
    await onChange()
    say(`Starting ${name}: pid ${child.pid}, port ${first.port}`)
  }
}
