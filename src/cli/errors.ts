// SPDX-License-Identifier: BSD-2-Clause
// The only place that catches. An error is sorted by who must act on it, by its name and code alone, so that this
// room need not load the rooms that throw: ServiceError carries the service's code, Node's own carry an errno.
import { resolve } from 'node:path'
import { getSystemErrorMap } from 'node:util'

/** The options were misused. Printed below the usage text, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Ends a command at once, with these texts: help, version. Not an error to anybody. */
export class Leave extends Error {
  override readonly name = 'Leave'
  constructor(
    readonly stdout: string,
    readonly stderr: string,
    readonly status = 0,
  ) {
    super('leave')
  }
}

// By name: the build puts this file into both of its bundles, and so makes two of each class.
const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name
export const isUsageError = (error: unknown): error is UsageError => isNamed(error, 'UsageError')
export const isLeave = (error: unknown): error is Leave => isNamed(error, 'Leave')

// The texts of the C library, as the original printed them; libuv's own differ ("no such file or directory").
const errnoTexts: Readonly<Record<string, string>> = {
  E2BIG: 'Argument list too long',
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAGAIN: 'Resource temporarily unavailable',
  EBADF: 'Bad file descriptor',
  EBUSY: 'Device or resource busy',
  EDQUOT: 'Disk quota exceeded',
  EEXIST: 'File exists',
  EFBIG: 'File too large',
  EINTR: 'Interrupted system call',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
  ENAMETOOLONG: 'File name too long',
  ENFILE: 'Too many open files in system',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  ENOMEM: 'Cannot allocate memory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  ENXIO: 'No such device or address',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  EROFS: 'Read-only file system',
  ESPIPE: 'Illegal seek',
  ETXTBSY: 'Text file busy',
  EXDEV: 'Invalid cross-device link',
  // Of the resolver, which has texts of its own.
  EAI_AGAIN: 'Temporary failure in name resolution',
  ENOTFOUND: 'Name or service not known',
}

interface SystemError extends Error {
  readonly code: string
  readonly path?: string
  readonly dest?: string
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
}

const isSystemError = (error: Error): error is SystemError =>
  'errno' in error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9_]+$/.test(error.code)

const systemText = ({ code, errno }: SystemError & { errno?: unknown }): string =>
  errnoTexts[code] ?? (typeof errno === 'number' ? getSystemErrorMap().get(errno)?.[1] : undefined) ?? code

const systemMessage = (error: SystemError): string => {
  const { address, port } = error
  const place = address && [address, port].filter(part => part !== undefined).join(':')
  const where = error.path ?? place ?? error.hostname
  return where ? `${systemText(error)}: ${where}` : systemText(error)
}

/** The lines for an error, without newline, beginning with the program's name. */
export const errorText = (prog: string, error: unknown): string => {
  if (!(error instanceof Error)) return `${prog}: error: ${String(error)}`
  if (error.name === 'ServiceError' && 'code' in error)
    return `${prog}: error (${String(error.code)}): ${error.message}`
  if (isSystemError(error)) return `${prog}: error: ${systemMessage(error)}`
  // An AggregateError (every address of a host refused) has no message of its own.
  if (error instanceof AggregateError && !error.message) return errorText(prog, error.errors[0])
  return `${prog}: error: ${error.message || error.name}`
}

/** What a word of a command line may be a path in: `FILE`, `--option=FILE`, `-oFILE`. */
const pathsIn = (word: string): string[] => {
  if (!word.startsWith('-')) return [word]
  return word.startsWith('--') ? [word.slice(word.indexOf('=') + 1)] : [word.slice(2)]
}

/**
 * A message with files by the names that were typed, for rooms below know them by absolute paths only. A name is
 * replaced where it stands whole, or before a slash.
 */
export const asTyped = (message: string, words: readonly string[], cwd: string): string => {
  const names = words
    .flatMap(pathsIn)
    .filter(name => name !== '' && !name.startsWith('/') && !name.includes('\0'))
    .map(name => ({ name: name.replace(/(?<=.)\/+$/, ''), path: resolve(cwd, name) }))
    .sort((a, b) => b.path.length - a.path.length)
  return names.reduce((text, { name, path }) => {
    let result = ''
    let from = 0
    for (let at = text.indexOf(path); at !== -1; at = text.indexOf(path, from)) {
      const end = at + path.length
      const isWhole = !/[\w/.~-]/.test(text[at - 1] ?? ' ') && !/[\w~-]/.test(text[end] ?? ' ')
      result += text.slice(from, at) + (isWhole ? name : path)
      from = end
    }
    return result + text.slice(from)
  }, message)
}

/** The stack with its causes, for --debug. */
export const errorStack = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\nCaused by: ${errorStack(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
