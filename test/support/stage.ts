// SPDX-License-Identifier: BSD-2-Clause
// What a transcript is played on: a cloud, a folder to work in, and what is typed there that is no tool of ours.

import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { CreateVirtualMFADeviceCommand } from '@aws-sdk/client-iam'
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { eucarcVariables } from '../../src/config/embedded'
import { codeAt, stepOf } from '../../src/engine/iam/one-time-passwords'
import { type Door, type RunningServer, startServer } from '../../src/engine/server'
import { loader, type Outcome, run } from '../cli/process'
import { type Clients, type Cloud, cloud } from './cloud'
import { type PlayedPlane, playedPlane } from './played-plane'
import { parseTyped } from './shell-words'

/** The same bytes for the same name. They do not compress, so that sizes are the same on every machine. */
const noise = (name: string, bytes: number): Buffer => {
  const blocks: Buffer[] = []
  for (let made = 0; made < bytes; made += 32) {
    blocks.push(createHash('sha256').update(`${name} ${made}`).digest())
  }
  return Buffer.concat(blocks).subarray(0, bytes)
}

export class Stage {
  /** Set for every line. */
  readonly #variables: Record<string, string>
  readonly #sourced = new Map<string, string>()
  #server: RunningServer | undefined
  #plane: PlayedPlane | undefined
  readonly #accounts = new Map<string, Clients>()
  #seed = ''

  private constructor(
    readonly cloud: Cloud,
    readonly folder: string,
    readonly runTool: typeof run,
  ) {
    const temporary = join(folder, 'tmp')
    this.#variables = {
      PWD: join(folder, 'files'),
      MALLEE_HOME: cloud.home,
      TMPDIR: temporary,
      PACKAGE: resolve(__dirname, '../..'),
    }
    mkdirSync(temporary)
    mkdirSync(this.cwd)
  }

  /** Tools run in this process, unless `runTool` knows another way to the same cloud. */
  static async open(
    networking: 'vpc' | 'classic',
    runTool?: (cloud: Cloud) => Promise<typeof run>,
  ): Promise<Stage> {
    await loader
    const made = await cloud({ networking })
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mallee-scenario-')))
    return new Stage(made, folder, runTool ? await runTool(made) : run)
  }

  #pass(seconds: number): Promise<void> {
    return (this.#plane ?? this.cloud).pass(seconds)
  }

  get cwd(): string {
    return this.#variables.PWD ?? ''
  }

  async close(): Promise<void> {
    await this.#plane?.stop()
    await this.#server?.close()
    rmSync(this.folder, { recursive: true, force: true })
    await this.cloud.close()
  }

  /** The line's outcome, with the variables' names in place of what is different each time. */
  async perform(line: string): Promise<Outcome> {
    const { status, stdout, stderr } = await this.#perform(line)
    return { status, stdout: this.#named(stdout), stderr: this.#named(stderr) }
  }

  #named(text: string): string {
    const variables = Object.entries(this.#variables).filter(([, value]) => value !== '')
    const named = variables.reduce((rest, [name, value]) => rest.replaceAll(value, `$${name}`), text)
    // What the cloud says to itself in a refusal: only it can read that, and it would fill the page.
    return named.replace(/(authorization failure message: )[\w-]{80,}/g, '$1$SEALED')
  }

  async #perform(line: string): Promise<Outcome> {
    const [, name, command] = /^([A-Z_]+)=\$\((.*)\)$/.exec(line) ?? []
    if (name !== undefined && command !== undefined) {
      const { stdout, ...rest } = this.#shell(command)
      this.#variables[name] = stdout.trimEnd()
      return { ...rest, stdout: '' }
    }
    const { env, words, from, into, errorsInto } = parseTyped(line, this.#variables)
    const [program = '', ...rest] = words
    const own = this.#own[program]
    if (own) {
      await own(...rest)
      return { status: 0, stdout: '', stderr: '' }
    }
    if (!/^(mallee|eu[a-z]+-.*)$/.test(program)) return this.#shell(line)
    const { bytes, ...outcome } = await this.runTool(words, {
      cwd: this.cwd,
      home: this.cwd,
      env: { ...this.#variables, ...Object.fromEntries(this.#sourced), ...env },
      door: request => this.cloud.engine.handle(request),
      pause: seconds => this.#pass(seconds),
      now: () => this.cloud.clock.now(),
      ...(from !== undefined && { input: readFileSync(resolve(this.cwd, from)) }),
    })
    if (into !== undefined) writeFileSync(resolve(this.cwd, into), bytes)
    if (errorsInto !== undefined) writeFileSync(resolve(this.cwd, errorsInto), outcome.stderr)
    return {
      ...outcome,
      ...(into !== undefined && { stdout: '' }),
      ...(errorsInto !== undefined && { stderr: '' }),
    }
  }

  #shell(line: string): Outcome {
    const env = {
      // Debian keeps the tools of file systems where only root looks for programs.
      PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
      LC_ALL: 'C',
      ...this.#variables,
      ...Object.fromEntries(this.#sourced),
    }
    const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: this.cwd, env, encoding: 'utf8' })
    return { status: status ?? 1, stdout, stderr }
  }

  readonly #own: Readonly<Record<string, (...words: string[]) => Promise<void>>> = {
    clock: async (seconds = '') => this.#pass(Number(seconds)),
    // Read before the cloud was founded; see scenario.ts.
    networking: async () => {},
    // A disk image of so many bytes.
    image: async (name = '', bytes = '') => writeFileSync(join(this.cwd, name), noise(name, Number(bytes))),
    account: async (alias = '') => {
      this.#accounts.set(alias, await this.cloud.account(alias))
    },
    // The cloud on a port, at $SERVER. Guests ask there at times of their own, and as often as they like: what names such
    // requests is not of the chance that repeats.
    serve: async () => {
      const door: Door = request =>
        this.cloud.engine.handle(this.#plane ? { ...request, id: randomUUID() } : request)
      this.#server = await startServer(door, {
        host: '127.0.0.1',
        port: 0,
        name: 'Eucalyptus/4.4.5',
      })
      this.#variables.SERVER = `http://127.0.0.1:${this.#server.port}`
    },
    // What really runs beside a served cloud: balancers, checks, guests.
    plane: async () => {
      this.#plane = playedPlane(this.cloud, this.#variables.SERVER ?? '')
    },
    // What an instance's guest wrote to its console, from a file.
    console: async (id = '', file = '') => {
      const text = readFileSync(join(this.cwd, file), 'utf8')
      await this.cloud.engine.write(tx => tx.consoles.put({ instanceId: id, text, updatedAt: tx.now }))
    },
    // The guest of an instance breaks down.
    kill: async (id = '') => this.#plane?.kill(id),
    // What no tool of ours does: a policy for a bucket, from a file, set by whose variables are sourced.
    'bucket-policy': async (bucket = '', file = '') => {
      const accessKeyId = this.#sourced.get('AWS_ACCESS_KEY') ?? ''
      const secretAccessKey = this.#sourced.get('AWS_SECRET_KEY') ?? ''
      const Policy = readFileSync(join(this.cwd, file), 'utf8')
      const s3 = this.cloud.signedBy({ accessKeyId, secretAccessKey }).s3()
      await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
    },
    // As a shell does with an eucarc; without a file, as a new shell that has read none.
    source: async file => {
      this.#sourced.clear()
      if (file === undefined) return
      const path = join(this.cwd, file)
      const variables = eucarcVariables(readFileSync(path, 'utf8'), dirname(path))
      for (const [name, value = ''] of Object.entries(variables)) this.#sourced.set(name, value)
    },
    // A virtual device that shows codes, for somebody of an account, or of the cloud's own: its serial number is $SERIAL.
    device: async (name = '', account) => {
      const command = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name })
      const { VirtualMFADevice } = await (this.#accounts.get(account ?? '') ?? this.cloud).iam().send(command)
      this.#variables.SERIAL = VirtualMFADevice?.SerialNumber ?? ''
      this.#seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString()
    },
    // What it shows now and next: $CODE and $NEXT.
    codes: async () => {
      const step = stepOf(new Date(this.cloud.clock.now()))
      this.#variables.CODE = codeAt(this.#seed, step)
      this.#variables.NEXT = codeAt(this.#seed, step + 1)
    },
    // As a shell does with what a tool printed for it into a file.
    eval: async (file = '') => {
      for (const line of readFileSync(join(this.cwd, file), 'utf8').split('\n')) {
        const [, name, value] = /^([A-Z_\d]+)=(.*); export \1;$/.exec(line) ?? []
        const [, unset] = /^unset ([A-Z_\d]+);$/.exec(line) ?? []
        if (name !== undefined && value !== undefined) this.#sourced.set(name, value)
        if (unset !== undefined) this.#sourced.delete(unset)
      }
    },
  }
}
