// SPDX-License-Identifier: BSD-2-Clause
// One guest from the server's side: started, told the rules, heard, ended.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { GuestPlan } from '../../engine/ec2/guest-plan'
import { pathPart } from '../../engine/path-part'
import { processOf } from '../../engine/processes'
import type { Boot, FromGuest, GuestPort, ToGuest } from './messages'
import { guestsFolder, writePlace } from './place'

export interface GuestOptions {
  readonly home: string
  readonly endpoint: string
  readonly command: readonly string[]
  /** Lines for the console. */
  onLines(lines: readonly string[]): void
  /** It ended without having been told to. */
  onEnd(how: string): void
  /** Where it is cannot be written down. It is there nevertheless. */
  onTrouble(error: unknown): void
}

const patienceMilliseconds = 2000
const mostErrorBytes = 4096

// What a program needs to run at all; whatever else the server was started with is none of a guest's.
const passedOn = ['PATH', 'HOME', 'XDG_CACHE_HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot']

const environment = (): Record<string, string> =>
  Object.fromEntries(
    passedOn.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )

const rulesOf = ({ open, forwards }: GuestPlan): string => JSON.stringify({ open, forwards })

/** Resolves when it does, or after so long. */
const within = async (milliseconds: number, promise: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise(resolve => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([promise, over])
  clearTimeout(timer)
}

export class GuestProcess {
  readonly instanceId: string
  readonly address: string
  readonly boot: string
  readonly #options: GuestOptions
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  readonly #opened: Promise<void>
  #rules: string
  #serial = 0
  #ports: readonly GuestPort[] = []
  #errors = ''
  #isTold = false
  /** Its process has ended. */
  isOver = false
  #hear: ((message: FromGuest) => void)[] = []

  constructor(plan: GuestPlan, options: GuestOptions) {
    const { home, command, endpoint } = options
    const { instanceId, address, zone, boot, readsUserData, open, forwards } = plan
    this.instanceId = instanceId
    this.address = address
    this.boot = boot
    this.#options = options
    this.#rules = rulesOf(plan)
    const cwd = join(guestsFolder(home), pathPart(instanceId))
    mkdirSync(cwd, { recursive: true, mode: 0o700 })
    const [program = '', ...args] = command
    // In a session of its own, so that Ctrl-C in the server's terminal reaches the server alone, which ends its guests.
    this.#child = spawn(program, [...args, 'guest'], {
      cwd,
      env: environment(),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-mostErrorBytes)
    })
    this.#ended = new Promise(resolve => {
      this.#child.once('error', error => this.#end(error.message, resolve))
      this.#child.once('exit', (code, signal) => this.#end(signal ?? `status ${code}`, resolve))
    })
    this.#child.on('message', message => this.#receive(message as FromGuest))
    this.#opened = this.#heard(({ kind }) => kind === 'ports')
    this.#note()
    const first: Boot = {
      ...{ kind: 'boot', instanceId, address, zone, endpoint, readsUserData, command, open, forwards },
    }
    this.#send(first)
  }

  #end(how: string, resolve: () => void): void {
    if (this.isOver) return
    this.isOver = true
    const errors = this.#errors.trim().replace(/\s+/g, ' ')
    if (!this.#isTold) this.#options.onEnd(errors === '' ? how : `${how}: ${errors}`)
    resolve()
  }

  #send(message: ToGuest): void {
    // One that has just ended is told of by its end.
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  #receive(message: FromGuest): void {
    if (message.kind === 'lines') this.#options.onLines(message.lines)
    // What it said last may be heard when it is over, and its folder gone.
    if (message.kind === 'ports' && !this.isOver) {
      this.#ports = message.ports
      this.#note()
    }
    for (const hear of [...this.#hear]) hear(message)
  }

  #note(): void {
    const process = processOf(this.#child.pid ?? 0)
    const { instanceId, address } = this
    if (!process) return
    try {
      writePlace(this.#options.home, { instanceId, address, process, ports: this.#ports })
    } catch (error) {
      this.#options.onTrouble(error)
    }
  }

  #heard(isIt: (message: FromGuest) => boolean): Promise<void> {
    return new Promise(resolve => {
      const hear = (message: FromGuest): void => {
        if (!isIt(message)) return
        this.#hear = this.#hear.filter(other => other !== hear)
        resolve()
      }
      this.#hear.push(hear)
    })
  }

  /** Resolves when its first ports are open, it has ended, or that takes longer than others should wait. */
  opened(): Promise<void> {
    return within(patienceMilliseconds, Promise.race([this.#opened, this.#ended]))
  }

  /** Have the plan's rules in force. */
  async rule(plan: GuestPlan): Promise<void> {
    const rules = rulesOf(plan)
    if (this.isOver || rules === this.#rules) return
    this.#rules = rules
    const serial = ++this.#serial
    const inForce = this.#heard(message => message.kind === 'ruled' && message.serial === serial)
    this.#send({ kind: 'rules', serial, open: plan.open, forwards: plan.forwards })
    await within(patienceMilliseconds, Promise.race([inForce, this.#ended]))
  }

  async end(): Promise<void> {
    this.#isTold = true
    if (!this.isOver) {
      if (this.#child.connected) this.#child.disconnect()
      await within(patienceMilliseconds, this.#ended)
      if (!this.isOver) this.#child.kill('SIGKILL')
      await this.#ended
    }
    rmSync(join(guestsFolder(this.#options.home), this.instanceId, 'place.json'), { force: true })
  }
}
