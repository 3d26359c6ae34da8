// SPDX-License-Identifier: BSD-2-Clause
// What surrounds a command: everything it may touch of the process it runs in. Nothing here is global, so a test can
// run a hundred commands in one process.
import type { Readable, Writable } from 'node:stream'
import type { ClientIo, Clients } from '../clients'
import type { Settings, SettingsOptions } from '../config'
import type { HttpRequest, HttpResponse } from '../engine/http'
import type { Meter } from './progress'
import type { Row } from './row'

/** The engine's front door, in process. */
export type Door = (request: HttpRequest) => Promise<HttpResponse>

/** What a process gives to `execute`. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The user's home folder. */
  readonly home: string
  /** Where the package's own files are: package.json, catalog, dist. */
  readonly packageRoot: string
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number
  /** An engine to use instead of opening the one in MALLEE_HOME. Used in embedded mode only. */
  readonly door?: Door
  /** Lets time go by for that engine. Default: seconds of this machine's clock. */
  readonly pause?: (seconds: number) => Promise<void>
  /** Aborted when the process is told to end; the reason is an `Interruption`. */
  readonly signal?: AbortSignal
  /** The process ends with the command. */
  readonly endsProcess?: boolean
}

/** Why a command was told to end. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  constructor(
    readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP',
    readonly status: number,
  ) {
    super(`interrupted by ${signal}`)
  }
}

/** What a command gets beside its client and its arguments. */
export interface Context {
  readonly prog: string
  /** The whole command line as it was typed, the tool's name first. */
  readonly words: readonly string[]
  readonly io: Io
  /** Aborted on SIGINT and SIGTERM. Clean up and reject; the command's promise is awaited. */
  readonly signal: AbortSignal
  /** The result is wanted as JSON: it replaces records on standard output. */
  readonly json: boolean
  readonly debug: boolean
  readonly progress: 'bar' | 'porcelain' | 'none'
  /** --wait was given: the seconds for which the user wants to wait. */
  readonly patience: number | undefined
  /** Milliseconds since the epoch. */
  now(): number
  /** Settings for the options given, and for further ones that the command knows the origin of. */
  settings(options?: SettingsOptions): Promise<Settings>
  /** A client of a service, built at the first request for it. Throws ConfigError. */
  client<Name extends keyof Clients>(service: Name): Promise<Clients[Name]>
  /** What clients need of this process, for a command that builds its own. */
  clientIo(): Promise<ClientIo>
  /** The engine's door when the cloud is the embedded one, else undefined. */
  door(): Promise<Door | undefined>
  /**
   * Wait, for a command that looks again and again whether something is done. The embedded cloud works on what it has to
   * do meanwhile, for there may be no other process that does. Rejects with the signal's reason.
   */
  pause(seconds: number): Promise<void>
  /** Rows now rather than at the end. Nothing of them as JSON; as tables, records are kept until all of them are there. */
  print(...rows: Row[]): Promise<void>
  /** A line on standard error. */
  warn(text: string): Promise<void>
  /** How far something has come, on standard error. On a terminal it takes the place of what was told before. */
  tell(text: string): Promise<void>
  /** Contents of a file named on the command line; with `stdin`, `-` means standard input. Errors name it as typed. */
  read(file: string, settings?: { readonly stdin?: boolean }): Promise<Buffer>
  /** The file's path from the process's point of view. */
  path(file: string): string
  /** Shows how far a long transfer has come: a bar, counters, or nothing. `total` is in bytes. */
  meter(label: string, total?: number): Meter
  /** Run when the command has ended, in any way, last first. */
  defer(cleanUp: () => void | Promise<void>): void
}
