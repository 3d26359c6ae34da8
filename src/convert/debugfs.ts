// SPDX-License-Identifier: BSD-2-Clause
// The programs of e2fsprogs, for what is not done in place: replaying a journal, making a file, replacing one in a file
// system that is not understood here. None of them needs root, and none is needed when a conversion is straightforward.
//
// debugfs ends with status 0 whatever happens and its messages are for people, so what it did is found out by reading.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConversionError } from './errors'

/** A file system in a file. */
export interface Place {
  /** Absolute path of the disk image. */
  readonly image: string
  /** Bytes from its beginning. */
  readonly offset: number
}

/** Who owns a file and what may be done with it. */
export interface Ownership {
  /** As `stat` has it, the kind's bits included. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

export interface Outcome {
  readonly status: number
  readonly output: string
}

export interface Programs {
  /** Replay the journal. Throws ConversionError when that cannot be done. */
  replay(place: Place): Promise<void>
  /** Contents and ownership of a file; undefined when there is none, or it cannot be read. */
  read(place: Place, path: string): Promise<(Ownership & { readonly contents: Buffer }) | undefined>
  /** Make a file, or put a new one in the place of the one that is there. Whether it worked is for `read` to tell. */
  write(place: Place, path: string, contents: Buffer, ownership: Ownership): Promise<void>
  /** Remove a file. */
  remove(place: Place, path: string): Promise<void>
}

// Where administrators' programs are is not on the path of everybody who can run them.
const searchPath = (given: string | undefined): string => `${given ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`

const run = (
  program: string,
  args: readonly string[],
  {
    cwd,
    path,
    input,
    signal,
  }: { cwd: string; path: string; input?: string; signal: AbortSignal | undefined },
): Promise<Outcome | undefined> =>
  new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { cwd, env: { PATH: path, LC_ALL: 'C' }, maxBuffer: 4_194_304, ...(signal && { signal }) },
      (error, stdout, stderr) => {
        if (error && 'code' in error && error.code === 'ENOENT') resolve(undefined)
        else if (error && typeof error.code !== 'number') reject(error)
        else resolve({ status: error ? Number(error.code) : 0, output: `${stdout}${stderr}` })
      },
    )
    // A program that ends without reading its input is judged by what it did.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })

/** What debugfs calls the directory and the file of an absolute path. */
const split = (path: string): { folder: string; name: string } => {
  const at = path.lastIndexOf('/')
  return { folder: at === 0 ? '/' : path.slice(0, at), name: path.slice(at + 1) }
}

/**
 * The programs that are installed; undefined without debugfs. `path` is where to look for programs first, by default
 * `$PATH` as the caller knows it.
 */
export const e2fsprogs = async (settings: {
  readonly path?: string | undefined
  readonly signal?: AbortSignal | undefined
}): Promise<Programs | undefined> => {
  const path = searchPath(settings.path)
  const { signal } = settings

  /** In a folder of its own, where the image has a name that needs no quoting. */
  const inFolder = async <T>(image: string, use: (folder: string) => Promise<T>): Promise<T> => {
    const folder = await mkdtemp(join(tmpdir(), 'mallee-disk-'))
    try {
      await symlink(image, join(folder, 'image'))
      return await use(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  const debugfs = async (
    { image, offset }: Place,
    requests: readonly string[],
    { writes = false, contents }: { readonly writes?: boolean; readonly contents?: Buffer } = {},
  ): Promise<{ readonly said: string; readonly file: Buffer | undefined }> =>
    inFolder(image, async folder => {
      if (contents) await writeFile(join(folder, 'contents'), contents)
      const args = [...(writes ? ['-w'] : []), '-f', '-', `image?offset=${offset}`]
      const outcome = await run('debugfs', args, {
        cwd: folder,
        path,
        input: `${requests.join('\n')}\n`,
        signal,
      })
      const file = await readFile(join(folder, 'dumped')).catch(() => undefined)
      return { said: outcome?.output ?? '', file }
    })

  const installed = await run('debugfs', ['-V'], { cwd: '/', path, signal })
  if (!installed) return undefined
  return {
    replay: async ({ image, offset }) => {
      const outcome = await inFolder(image, folder =>
        run('e2fsck', ['-E', 'journal_only', '-p', `image?offset=${offset}`], { cwd: folder, path, signal }),
      )
      // 1 and 2: errors were corrected.
      if (!outcome || outcome.status > 3)
        throw new ConversionError(
          `the journal of the file system could not be replayed${outcome ? `: ${outcome.output.trim()}` : ''}`,
        )
    },
    read: async (place, file) => {
      const { said, file: contents } = await debugfs(place, [`stat ${file}`, `dump ${file} dumped`])
      const mode = /Mode: +([0-7]+)/.exec(said)?.[1]
      const owner = /User: +(\d+) +Group: +(\d+)/.exec(said)
      if (!contents || mode === undefined || !owner || !/Type: regular/.test(said)) return undefined
      return {
        contents,
        mode: 0o100000 | Number.parseInt(mode, 8),
        uid: Number(owner[1]),
        gid: Number(owner[2]),
      }
    },
    write: async (place, file, contents, { mode, uid, gid }) => {
      const { folder, name } = split(file)
      const requests = [
        `cd ${folder}`,
        `rm ${name}`,
        `write contents ${name}`,
        `sif ${name} mode 0${mode.toString(8)}`,
        `sif ${name} uid ${uid}`,
        `sif ${name} gid ${gid}`,
      ]
      await debugfs(place, requests, { writes: true, contents })
    },
    remove: async (place, file) => {
      await debugfs(place, [`rm ${file}`], { writes: true })
    },
  }
}
