// SPDX-License-Identifier: BSD-2-Clause
// The tools' door: a command line goes in, an exit status comes out. Nothing below here touches the process.
import type { Command } from './command'
import { commonOptions } from './common-options'
import { Interruption, type Io } from './context'
import { asTyped, errorStack, errorText, isLeave, isUsageError, Leave } from './errors'
import { mergeFilters } from './filters'
import { dispatch, type Found } from './find'
import { type Reader, reader } from './reader'
import { openContext, type Session } from './session'
import { write } from './write'

/** Status of a process whose reader went away, as a shell reports one killed by SIGPIPE. */
const brokenPipe = 141

const columnsOf = (io: Io): number => {
  const columns = Number(io.env.COLUMNS)
  return Number.isInteger(columns) && columns > 0 ? columns : 80
}

const readerFor = ({ prog, command }: Found, io: Io): Reader =>
  reader(
    prog,
    command.description ? `${command.summary}. ${command.description}` : command.summary,
    {
      ...command.options,
      ...(command.ignoresWords ? {} : commonOptions(command.common, command.filters, command.options)),
    },
    { columns: columnsOf(io), dashH: command.dashH !== false },
  )

type Given = Record<string, unknown>

/** The words with older spellings replaced, up to `--`: what follows that is no option. */
const respelled = (words: readonly string[], spellings: Readonly<Record<string, string>>): string[] => {
  const end = words.indexOf('--')
  return words.map((word, index) => {
    const [flag = '', ...value] = word.split('=')
    if (!Object.hasOwn(spellings, flag) || (end >= 0 && index > end)) return word
    return [spellings[flag], ...value].join('=')
  })
}

const readWords = async (command: Command, words: readonly string[], read: Reader): Promise<Given> => {
  if (command.ignoresWords) {
    if (words.includes('-h') || words.includes('--help')) throw new Leave(read.help(), '')
    return { json: words.includes('--json') }
  }
  const given = read.read(respelled(words, command.olderSpellings ?? {}))
  if (command.filters) given.filters = mergeFilters(given.filters as Parameters<typeof mergeFilters>[0])
  return given
}

const run = async (command: Command, given: Given, { context, printer }: Session): Promise<number> => {
  await command.rules?.(given, context)
  const subject = command.service === undefined ? context : await context.client(command.service)
  const { wait } = command
  const { patience } = context
  if (wait && patience !== undefined) await wait.until.rehearse(context)
  const result = await command.call(subject, given, context)
  // The rows of what is wanted as JSON are never made.
  const shown = printer.hasHeaders ? { ...given, showHeaders: false } : given
  await printer.result(result, () => command.rows?.(result, shown) ?? [])
  if (wait && patience !== undefined) {
    await wait.until.reach(
      context,
      patience,
      wait.of(result, given).filter(id => id !== undefined),
    )
    await printer.flush()
  }
  return command.status?.(result) ?? 0
}

/** The command's end, or the interruption's, for commands that have nothing to clean up. */
const untilInterrupted = <T>(work: Promise<T>, command: Command, signal: AbortSignal): Promise<T> => {
  if (command.service !== 'ec2') return work
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')

interface Told {
  readonly usage: () => string
  readonly debug: boolean
}

const hintLine = async (error: unknown, command: Command, given: Given): Promise<string> => {
  const { hintFor } = await import('./hints')
  const hint = await hintFor(error, command, given)
  return hint === undefined ? '' : `hint: ${hint}\n`
}

/** Says what went wrong; the exit status. */
const report = async (error: unknown, found: Found, given: Given, told: Told, io: Io): Promise<number> => {
  const { prog, command, words } = found
  if (io.signal?.aborted && io.signal.reason instanceof Interruption) return io.signal.reason.status
  if (isLeave(error)) {
    await write(io.stdout, error.stdout)
    await write(io.stderr, error.stderr)
    return error.status
  }
  if (isBrokenPipe(error)) return brokenPipe
  if (isUsageError(error)) {
    const hint = await hintLine(error, command, given)
    await write(io.stderr, `${told.usage()}${prog}: error: ${error.message}\n${hint}`)
    return 2
  }
  const stack = told.debug ? `${errorStack(error)}\n` : ''
  const text = asTyped(errorText(prog, error), words, io.cwd)
  await write(io.stderr, `${text}\n${await hintLine(error, command, given)}${stack}`)
  return 1
}

const perform = async (found: Found, io: Io): Promise<number> => {
  const { command, words } = found
  const read = readerFor(found, io)
  let session: Session | undefined
  let given: Given = {}
  const attempt = async (): Promise<number> => {
    given = await readWords(command, words, read)
    session = openContext(found, given, io)
    return untilInterrupted(run(command, given, session), command, session.context.signal)
  }
  const failed = (error: unknown): Promise<number> =>
    report(error, found, given, { usage: () => read.usage(), debug: session?.isDebugging() ?? false }, io)
  let status: number
  try {
    status = await attempt()
  } catch (error) {
    // What went wrong first is what is reported, below what was found out before.
    await session?.printer.flush().catch(() => {})
    await session?.close().catch(() => {})
    return failed(error)
  }
  try {
    await session?.close()
    return status
  } catch (error) {
    return failed(error)
  }
}

/**
 * Runs one tool. `argv[0]` is the name it was called by (`euca-describe-images`, or `mallee`), the rest its words.
 * Resolves to the exit status, after everything was written.
 */
export const execute = async (argv: readonly string[], io: Io): Promise<number> => {
  try {
    const found = await dispatch(argv, io)
    return typeof found === 'number' ? found : await perform(found, io)
  } catch (error) {
    if (isBrokenPipe(error)) return brokenPipe
    await write(io.stderr, `${errorText('mallee', error)}\n`)
    return 1
  }
}
