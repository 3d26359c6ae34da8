// SPDX-License-Identifier: BSD-2-Clause
// A guest: a process that stands for a simulated instance. It has the instance's address, asks the metadata service what
// it is to be, does what of that is known here inside a folder of its own, and opens the ports that then answer.
//
// It is started in its folder by the server, and ends as soon as the server does.
import { mkdirSync, readFileSync } from 'node:fs'
import { letsIn } from '../../../engine/ec2/reachability'
import { writeWhole } from '../../../engine/whole-file'
import type { Boot, FromGuest, Rules, ToGuest } from '../messages'
import { configure } from './cloud-config'
import type { Surroundings } from './commands'
import { type Door, relayTo, sshDoor } from './doors'
import { Forwards } from './forwards'
import { Gate } from './gate'
import { userDataOf } from './metadata'
import { consoleFile } from './packages'
import { Refused, Root } from './root'
import { Services } from './services'

const sshPort = 22
const rootFolder = 'root'
const memoryFile = 'guest.json'

/** What outlives a boot. */
interface Memory {
  /** Its user data has been carried out. */
  readonly isConfigured: boolean
  readonly enabled: readonly string[]
}

const remembered = (): Memory => {
  try {
    return JSON.parse(readFileSync(memoryFile, 'utf8')) as Memory
  } catch {
    // Its first boot, or one that was killed before it came to anything.
    return { isConfigured: false, enabled: [] }
  }
}

const remember = (memory: Memory): void => {
  writeWhole(memoryFile, JSON.stringify(memory))
}

const tell = (message: FromGuest): void => {
  // Nobody is there to be told: this process is about to end.
  if (process.connected) process.send?.(message, () => {})
}

const mostLines = 500
const mostCharacters = 500

/** Lines of the console, without what a terminal would take for an order, and no more than somebody would read. */
const consoleOf = (): ((line: string) => void) => {
  let lines = 0
  return line => {
    lines += 1
    if (lines > mostLines) return
    const plain = line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, mostCharacters)
    tell({ kind: 'lines', lines: [lines === mostLines ? 'What follows is not kept.' : plain] })
  }
}

const cloudPortOf = (endpoint: string): number => {
  const { port, protocol } = new URL(endpoint)
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

class Guest {
  readonly #boot: Boot
  readonly #say = consoleOf()
  readonly #root = new Root(rootFolder)
  readonly #gate: Gate
  readonly #services: Services
  readonly #forwards: Forwards
  #rules: Rules
  #memory = remembered()

  constructor(boot: Boot) {
    this.#boot = boot
    this.#rules = boot
    this.#gate = new Gate({
      address: boot.address,
      letsIn: (peer, port) => letsIn(this.#rules.open, peer, port),
      onPorts: ports => tell({ kind: 'ports', ports }),
      say: this.#say,
    })
    this.#forwards = new Forwards({ onChange: () => this.#open(), say: this.#say })
    this.#services = new Services({
      instanceId: boot.instanceId,
      zone: boot.zone,
      command: boot.command,
      enabled: this.#memory.enabled,
      isInstalled: () => this.#root.read(consoleFile) !== undefined,
      say: this.#say,
      onChange: () => this.#open(),
      onEnabled: enabled => this.#note({ enabled }),
    })
  }

  #note(change: Partial<Memory>): void {
    this.#memory = { ...this.#memory, ...change }
    remember(this.#memory)
  }

  /** What somebody put in place of the instance comes before what is in it. */
  #open(): Promise<void> {
    const doors = new Map<number, Door>([[sshPort, sshDoor]])
    for (const [port, path] of this.#services.ports) doors.set(port, relayTo({ path }))
    for (const [port, door] of this.#forwards.doors) doors.set(port, door)
    return this.#gate.open(doors)
  }

  async rule(rules: Rules): Promise<void> {
    this.#rules = rules
    await this.#forwards.set(rules.forwards)
    await this.#open()
  }

  async boot(): Promise<void> {
    const { instanceId, endpoint } = this.#boot
    this.#say(
      `Cloud-init v. 0.7.5 running 'modules:config' at ${new Date().toUTCString()}. Guest process ${process.pid}`,
    )
    await this.#forwards.set(this.#rules.forwards)
    await this.#open()
    await this.#services.startEnabled().catch(this.#refused)
    if (this.#boot.readsUserData) await this.#configure(endpoint, instanceId)
    this.#say(`Cloud-init v. 0.7.5 finished at ${new Date().toUTCString()}. Datasource DataSourceEc2.`)
    tell({ kind: 'booted' })
  }

  #refused = (error: unknown): void => {
    if (!(error instanceof Refused)) throw error
    this.#say(error.message)
  }

  async #configure(endpoint: string, instanceId: string): Promise<void> {
    const { address } = this.#boot
    const onTrouble = (text: string): void =>
      this.#say(`the metadata service cannot be asked: ${text}; once more`)
    let userData: Buffer | undefined
    try {
      userData = await userDataOf({ endpoint, instanceId, address, onTrouble })
    } catch {
      // It was said each time why.
      this.#say('the metadata service cannot be asked: the user data is not carried out')
      return
    }
    const around: Surroundings = {
      root: this.#root,
      services: this.#services,
      cloudPort: cloudPortOf(endpoint),
      say: this.#say,
    }
    await configure(around, userData ?? Buffer.alloc(0), !this.#memory.isConfigured)
    this.#note({ isConfigured: true })
  }
}

/** Be a guest, in this folder, until the server ends or ends it. */
export const runGuest = async (): Promise<void> => {
  if (!process.send) throw new Refused('a guest is started by mallee serve')
  process.once('disconnect', () => process.exit(0))
  process.umask(0o077)
  mkdirSync(rootFolder, { recursive: true, mode: 0o700 })
  let guest: Guest | undefined
  process.on('message', (message: ToGuest) => {
    if (message.kind === 'boot') {
      guest = new Guest(message)
      void guest.boot()
    } else {
      const { serial } = message
      void guest?.rule(message).then(() => tell({ kind: 'ruled', serial }))
    }
  })
  await once()
}

/** Never: the process is ended from without. */
const once = (): Promise<never> => new Promise(() => {})
