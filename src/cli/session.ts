// SPDX-License-Identifier: BSD-2-Clause
// Makes the context of one command: settings, clients and the embedded cloud, each opened at its first use.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ClientIo, Clients } from '../clients'
import type { Settings, SettingsOptions } from '../config'
import { type Context, type Door, Interruption, type Io } from './context'
import { debugLog } from './debug-log'
import type { Found } from './find'
import { formatOf } from './formats'
import { openPrinter, type Printer } from './printer'
import { barMeter, noMeter, porcelainMeter } from './progress'
import type { Row } from './row'
import { packageVersion } from './version'

// Options that settings understand, wherever a command declares them.
const settingNames = [
  'region',
  'url',
  's3Url',
  'ec2Url',
  'iamUrl',
  'bootstrapUrl',
  'accessKeyId',
  'secretKey',
  'securityToken',
] as const

type Given = Readonly<Record<string, unknown>>

const settingsOptions = (given: Given, service: keyof Clients | undefined): SettingsOptions => ({
  ...Object.fromEntries(settingNames.map(name => [name, given[name]])),
  ...(service && { service }),
  ...((given.debug === true || given.debugger === true) && { debug: true }),
  // Forms with a policy are signed by whoever made the policy; a key ID without its secret is no half of a pair then.
  ...((given.uploadPolicy !== undefined || given.uploadPolicyFile !== undefined) && { unsigned: true }),
})

const readNamed = async (file: string, io: Io): Promise<Buffer> => {
  try {
    const { readFile } = await import('node:fs/promises')
    return await readFile(resolve(io.cwd, file))
  } catch (error) {
    // The user knows the file by the name that was typed.
    if (error instanceof Error && 'path' in error) Object.assign(error, { path: file })
    else if (error instanceof Error && 'code' in error) Object.assign(error, { path: file })
    throw error
  }
}

const readAll = async (stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

const progressOf = (given: Given, io: Io): Context['progress'] => {
  if (given.showPorcelain === true) return 'porcelain'
  if (given.noProgress === true || !('showProgress' in given)) return 'none'
  return given.showProgress === true || io.stdout.isTTY === true ? 'bar' : 'none'
}

const patienceOf = ({ wait, waitTimeout }: Given): number | undefined =>
  wait === true && typeof waitTimeout === 'number' ? waitTimeout : undefined

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

const loadSettings = async (io: Io, options: SettingsOptions, now: () => number): Promise<Settings> => {
  const config = await import('../config/index')
  return config.loadSettings({ env: io.env, home: io.home, cwd: io.cwd, options, now })
}

export interface Session {
  readonly context: Context
  readonly printer: Printer
  /** True with --debug, and once settings were read that say so. */
  isDebugging(): boolean
  /** Runs what the command deferred, last first. A clean-up that fails does not keep the others from running. */
  close(): Promise<void>
}

/** The context of a command that was given these arguments. */
export const openContext = ({ prog, id, command, words }: Found, given: Given, io: Io): Session => {
  const now = io.now ?? Date.now
  const signal = io.signal ?? new AbortController().signal
  const cleanUps: (() => void | Promise<void>)[] = []
  const defer = (cleanUp: () => void | Promise<void>) => void cleanUps.push(cleanUp)
  const format = formatOf(given, io.env)
  const printer = openPrinter(io, { tool: prog, format, showEmptyFields: given.showEmptyFields === true })
  const progress = progressOf(given, io)
  const options = settingsOptions(given, command.service ?? command.urlService)
  let debugging = options.debug === true
  const ownSettings = once(async () => {
    const chosen = await loadSettings(io, options, now)
    debugging ||= Boolean(chosen.debug)
    return chosen
  })
  // The embedded cloud's keys and certificates are there once it has been opened for the first time. `mallee status`
  // and its siblings look at the folder themselves.
  const settings = async (more?: SettingsOptions): Promise<Settings> => {
    const chosen = await (more ? loadSettings(io, { ...options, ...more }, now) : ownSettings())
    if (id.includes('/') && chosen.mode === 'embedded') {
      const { embeddedEucarc } = await import('../config/index')
      if (!existsSync(embeddedEucarc(chosen.malleeHome))) await door()
    }
    return chosen
  }

  let embeddedWork: ((signal: AbortSignal) => Promise<void>) | undefined
  const door = once(async (): Promise<Door | undefined> => {
    const chosen = await ownSettings()
    if (chosen.mode !== 'embedded') return undefined
    if (io.door) return io.door
    const { openEmbedded } = await import('./embedded')
    const cloud = await openEmbedded(chosen, io, debugging)
    defer(cloud.close)
    embeddedWork = cloud.work
    return cloud.door
  })

  // Beside what the command does, which need not wait for work that has nothing to do with it.
  const enough = new AbortController()
  let working: Promise<void> | undefined
  let failure: { readonly error: unknown } | undefined
  const workMeanwhile = (): void => {
    if (!embeddedWork || working) return
    working = embeddedWork(AbortSignal.any([signal, enough.signal]))
      .catch(error => {
        failure = { error }
      })
      .finally(() => {
        working = undefined
      })
  }
  const endWork = once(async () =>
    defer(async () => {
      enough.abort()
      await working
    }),
  )
  const pause = async (seconds: number): Promise<void> => {
    signal.throwIfAborted()
    // Who waits has seen what there is to see already.
    await printer.flush()
    if (io.pause) return io.pause(seconds)
    await endWork()
    workMeanwhile()
    if (failure && !signal.aborted) throw failure.error
    const { setTimeout: delay } = await import('node:timers/promises')
    await delay(seconds * 1000, undefined, { signal }).catch(error => {
      throw signal.aborted ? signal.reason : error
    })
  }

  const clients = new Map<keyof Clients, Promise<unknown>>()
  const clientIo = async (): Promise<ClientIo> => {
    const { debug } = await ownSettings()
    return {
      door: await door(),
      signal,
      version: packageVersion,
      now,
      ...(debug && { log: debugLog(io.stderr, prog, now, debug === 'color') }),
    }
  }
  const open = async (service: keyof Clients): Promise<unknown> => {
    const { clientFor } = await import('../clients/index')
    return clientFor(service, await ownSettings(), await clientIo())
  }
  const client = <Name extends keyof Clients>(service: Name): Promise<Clients[Name]> => {
    const made = clients.get(service) ?? open(service)
    clients.set(service, made)
    return made as Promise<Clients[Name]> // Keyed by the service's name, which is what says the type.
  }

  const context: Context = {
    prog,
    words: [...prog.split(' '), ...words],
    io,
    signal,
    json: format === 'json',
    debug: options.debug === true,
    progress,
    patience: patienceOf(given),
    now,
    settings,
    client,
    clientIo,
    door,
    pause,
    defer,
    print: (...rows: Row[]) => printer.print(rows),
    warn: text => printer.warn(text),
    tell: text => printer.tell(text),
    read: (file, { stdin = false } = {}) => (stdin && file === '-' ? readAll(io.stdin) : readNamed(file, io)),
    path: file => resolve(io.cwd, file),
    meter: (label, total) => {
      if (progress === 'porcelain') return porcelainMeter(io.stderr, now, label, total)
      return progress === 'bar' ? barMeter(io.stderr, label, total) : noMeter
    },
  }
  const close = async () => {
    const failures: unknown[] = []
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      try {
        await cleanUp()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0 && !(signal.reason instanceof Interruption)) throw failures[0]
  }
  return { context, printer, isDebugging: () => debugging, close }
}
