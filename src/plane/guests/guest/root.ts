// SPDX-License-Identifier: BSD-2-Clause
// The guest's files: a folder that is its root. User data names them, and nothing that it says may lead out of there:
// neither a step upwards nor a link.
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** Why something was not done, for the console. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

const refuse = (reason: string): never => {
  throw new Refused(reason)
}

const mostDepth = 32
const mostNameBytes = 255
const mostFileBytes = 2 ** 20
// All that one guest may write while it is on.
const mostBytes = 16 * 2 ** 20

const namesOf = (path: string): string[] => {
  if (!path.startsWith('/')) refuse('its path does not begin with a slash')
  if (/[\u0000-\u001f\u007f]/.test(path)) refuse('its path has control characters')
  const names = path.split('/').filter(name => name !== '' && name !== '.')
  if (names.includes('..')) refuse('its path leads upwards')
  if (names.length === 0 || names.length > mostDepth) refuse(`its path has ${names.length} parts`)
  if (names.some(name => Buffer.byteLength(name) > mostNameBytes))
    refuse('its path has a part that is too long')
  return names
}

export class Root {
  readonly #folder: string
  #written = 0
  constructor(folder: string) {
    this.#folder = folder
  }

  /** A folder in the guest and all above it. Existing ones have to be folders, and no links to any. */
  makeFolder(path: string): void {
    this.#folderOf(namesOf(path))
  }

  #folderOf(names: readonly string[]): string {
    let folder = this.#folder
    for (const name of names) {
      folder = join(folder, name)
      const stat = lstatSync(folder, { throwIfNoEntry: false })
      if (!stat) mkdirSync(folder, { mode: 0o755 })
      else if (!stat.isDirectory()) refuse('its path leads through what is no folder')
    }
    return folder
  }

  write(
    path: string,
    content: Buffer,
    options: { readonly mode?: number; readonly append?: boolean } = {},
  ): void {
    const { mode, append = false } = options
    if (content.length > mostFileBytes) refuse(`it has more than ${mostFileBytes} bytes`)
    if (this.#written + content.length > mostBytes) refuse('this guest has written too much already')
    const names = namesOf(path)
    const file = join(this.#folderOf(names.slice(0, -1)), names.at(-1) ?? '')
    const stat = lstatSync(file, { throwIfNoEntry: false })
    if (stat && !stat.isFile()) refuse('there is something else than a file in its place')
    if (append && (stat?.size ?? 0) + content.length > mostFileBytes) refuse('it would become too large')
    this.#written += content.length
    const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC, O_NOFOLLOW } = constants
    const handle = openSync(
      file,
      O_WRONLY | O_CREAT | O_NOFOLLOW | (append ? O_APPEND : O_TRUNC),
      mode ?? 0o644,
    )
    try {
      writeFileSync(handle, content)
    } finally {
      closeSync(handle)
    }
    if (mode !== undefined) chmodSync(file, mode)
  }

  /** Undefined where there is no such file. */
  read(path: string): Buffer | undefined {
    const names = namesOf(path)
    let file = this.#folder
    for (const [index, name] of names.entries()) {
      file = join(file, name)
      const stat = lstatSync(file, { throwIfNoEntry: false })
      if (!stat) return undefined
      if (index === names.length - 1 ? !stat.isFile() : !stat.isDirectory()) return undefined
    }
    const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      if (fstatSync(handle).size > mostFileBytes) refuse(`it has more than ${mostFileBytes} bytes`)
      return readFileSync(handle)
    } finally {
      closeSync(handle)
    }
  }
}
