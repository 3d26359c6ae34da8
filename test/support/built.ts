// SPDX-License-Identifier: BSD-2-Clause
// The tools as a user has them: the built package, started as processes by the names that npm links. The package is
// copied first, so that a build that goes on elsewhere does not take it away from under a test.
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Engine } from '../../src/engine/engine'
import { isRunning } from '../../src/engine/processes'
import { isAttended } from '../../src/engine/workers'
import type { Outcome as WithBytes } from '../cli/process'

const root = resolve(__dirname, '../..')

const newestOf = (folder: string): number =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true }).map(
      entry => statSync(join(entry.parentPath, entry.name)).mtimeMs,
    ),
  )

const isFresh = (): boolean => {
  const bundle = statSync(join(root, 'dist/mallee.cjs.v8cache'), { throwIfNoEntry: false })
  return bundle !== undefined && bundle.mtimeMs > newestOf(join(root, 'src'))
}

let built: string | undefined

/** A folder with a link for each tool, to a package that was built from the sources as they are. */
const toolFolder = (): string => {
  if (built !== undefined) return built
  if (!isFresh()) execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
  const place = mkdtempSync(join(tmpdir(), 'mallee-built-'))
  process.once('exit', () => rmSync(place, { recursive: true, force: true }))
  // Other users of the machine start tools too, in tests of what they may read.
  chmodSync(place, 0o755)
  for (const name of ['bin', 'dist', 'catalog', 'package.json', 'oclif.manifest.json']) {
    cpSync(join(root, name), join(place, 'package', name), { recursive: true, preserveTimestamps: true })
  }
  symlinkSync(join(root, 'node_modules'), join(place, 'package/node_modules'))
  const { bin } = require(join(root, 'package.json')) as { bin: Record<string, string> }
  built = join(place, 'tools')
  mkdirSync(built)
  for (const name of Object.keys(bin)) symlinkSync('../package/bin/run.js', join(built, name))
  return built
}

/** How a process ended: what it printed as text. */
export type Outcome = Omit<WithBytes, 'bytes'>

export interface Started {
  readonly child: ChildProcess
  /** When it has ended and all of its output is read; `status` is 128 + N for a process that signal N ended. */
  readonly ended: Promise<Outcome>
  /** Resolves to the first group of `pattern`, or all of it, once standard output or error has it. */
  said(pattern: RegExp): Promise<string>
}

const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
  SIGXFSZ: 25,
}

export interface ToolOptions extends Pick<SpawnOptions, 'cwd' | 'stdio' | 'uid' | 'gid'> {
  readonly env?: Readonly<Record<string, string>>
  /** Standard input as a whole. Without it, it is empty. */
  readonly input?: string | Buffer
  /** Program and words to start Node with, such as `prlimit --fsize=…`. */
  readonly under?: readonly string[]
}

/** Processes of one test, on folders of their own. */
export interface Workplace {
  /** A folder for files. */
  readonly folder: string
  /** MALLEE_HOME of the tools. */
  readonly home: string
  /** A folder with a link for each tool, for the path of scripts. */
  readonly tools: string
  start(words: readonly string[], options?: ToolOptions): Started
  run(words: readonly string[], options?: ToolOptions): Promise<Outcome>
  /** Lets other users of the machine in. */
  open(): void
  /** Ends what still runs and removes the folders. */
  close(): Promise<void>
}

const watch = (child: ChildProcess): Started => {
  const texts = { stdout: '', stderr: '' }
  const heard: (() => void)[] = []
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk
      for (const hear of heard.splice(0)) hear()
    })
  }
  const ended = new Promise<Outcome>((done, failed) => {
    child.once('error', failed)
    child.once('close', (code, signal) =>
      done({ status: code ?? 128 + (signalNumbers[signal ?? ''] ?? 0), ...texts }),
    )
  })
  // Not every test waits for the end.
  ended.catch(() => {})
  const said = async (pattern: RegExp): Promise<string> => {
    for (let isOver = false; ; ) {
      const match = pattern.exec(texts.stdout) ?? pattern.exec(texts.stderr)
      if (match) return match[1] ?? match[0]
      if (isOver) throw new Error(`ended without saying ${pattern}: ${texts.stdout}${texts.stderr}`)
      const more = new Promise<boolean>(resolve => heard.push(() => resolve(false)))
      isOver = await Promise.race([more, ended.then(() => true)])
    }
  }
  return { child, ended, said }
}

/** Has workers end that only wait for what comes due. */
const endWorkers = (engine: Engine): void => {
  for (const worker of engine.read(tx => tx.workers.list())) {
    if (worker.pid === process.pid || !isRunning(worker)) continue
    try {
      process.kill(worker.pid, 'SIGTERM')
    } catch {
      // It has just ended by itself.
    }
  }
}

/** Does what is left to do in a folder, and waits for workers that tools have left behind: they write to it. */
const settle = async (home: string): Promise<void> => {
  if (!existsSync(join(home, 'records'))) return
  const engine = await Engine.open({ home })
  try {
    do {
      await engine.work(new AbortController().signal)
      if (!engine.hasJobs()) endWorkers(engine)
      await pause(50)
    } while (engine.hasJobs() || isAttended(engine.around))
  } finally {
    await engine.close()
  }
}

/** Whoever opens a folder at the moment in which its last user leaves it is asked to try again; nothing has been done then. */
export const isLeft = ({ stderr }: Pick<Outcome, 'stderr'>): boolean =>
  stderr.endsWith('was just being left by another process; try again\n')

export const workplace = (): Workplace => {
  const tools = toolFolder()
  const place = mkdtempSync(join(tmpdir(), 'mallee-faults-'))
  const [folder, home, temporary] = [join(place, 'files'), join(place, 'cloud'), join(place, 'tmp')]
  mkdirSync(folder)
  mkdirSync(temporary)
  const running = new Set<Started>()
  const start = (words: readonly string[], options: ToolOptions = {}): Started => {
    const { env = {}, input, under = [], ...rest } = options
    const [tool = '', ...args] = words
    const [program = '', ...given] = [...under, process.execPath, join(tools, tool), ...args]
    const child = spawn(program, given, {
      cwd: folder,
      stdio: 'pipe',
      env: { PATH: process.env.PATH, HOME: place, MALLEE_HOME: home, TMPDIR: temporary, ...env },
      ...rest,
    })
    if (child.stdin && options.stdio === undefined) {
      // A tool that ends before it has read everything is what some tests are about.
      child.stdin.on('error', () => {})
      if (input !== undefined) child.stdin.end(input)
      else child.stdin.end()
    }
    const started = watch(child)
    running.add(started)
    void started.ended.finally(() => running.delete(started)).catch(() => {})
    return started
  }
  return {
    folder,
    home,
    tools,
    start,
    run: async (words, options) => {
      for (;;) {
        const ended = await start(words, options).ended
        if (!isLeft(ended)) return ended
      }
    },
    open: () => {
      chmodSync(place, 0o777)
      for (const name of [folder, temporary]) chmodSync(name, 0o777)
    },
    close: async () => {
      for (const { child } of running) child.kill('SIGKILL')
      await Promise.allSettled([...running].map(({ ended }) => ended))
      await settle(home)
      // A worker that a tool left behind may only now have come so far as to open the folder, and leaves it again.
      rmSync(place, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}

/** What is left in the folder for temporary files of a workplace's tools. */
export const leftTemporary = ({ home }: Workplace): string[] => readdirSync(join(home, '../tmp'))

export interface ServedCloud {
  readonly server: Started
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Environment for tools that shall use this server. */
  readonly env: Readonly<Record<string, string>>
}

/** `mallee serve` on a free port, ready. */
export const serveCloud = async (place: Workplace, options: ToolOptions = {}): Promise<ServedCloud> => {
  const server = place.start(['mallee', 'serve', '--port', '0', '--dns-port', 'none'], options)
  const endpoint = await server.said(/^Serving .* at (\S+)$/m)
  const folder = await server.said(/^To use it: source (.*)\/eucarc$/m)
  const text = execFileSync('bash', ['-c', '. "$1/eucarc"; env -0', 'bash', folder], { encoding: 'utf8' })
  const all = Object.fromEntries(
    text.split('\0').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const env = Object.fromEntries(Object.entries(all).filter(([name]) => !(name in process.env)))
  return {
    server,
    endpoint,
    env,
    accessKeyId: env.AWS_ACCESS_KEY ?? env.EC2_ACCESS_KEY ?? '',
    secretAccessKey: env.AWS_SECRET_KEY ?? env.EC2_SECRET_KEY ?? '',
  }
}

/** The same small numbers for the same seed: moments to strike at. */
export const chance = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
