// SPDX-License-Identifier: BSD-2-Clause
// Comments out the lines of /etc/fstab, inside a disk image, that mount ephemeral disks. Nothing is mounted, and nobody
// need be root: first choice are the blocks that the file has, second choice is debugfs. What was written is read back.
import { e2fsprogs, type Programs } from './debugfs'
import { openDisk, partOf } from './disk'
import { ConversionError, DiskError } from './errors'
import { type ExtFileSystem, openExt } from './ext/file-system'
import { type FoundFileSystem, fileSystemsOf, placeName } from './file-systems'
import { type EditedFstab, fitted, withoutEphemeral } from './fstab'

const fstabPath = '/etc/fstab'
const backupPath = '/etc/fstab.bak'
/** No table of file systems is so large. */
const maxFstabBytes = 1_048_576

export interface FstabEdit {
  /** How it was done; `nothing` when no line had to go, `left` when the file system is of another kind. */
  readonly how: 'in-place' | 'debugfs' | 'nothing' | 'left'
  /** The lines that are comments now, as they were. */
  readonly lines: readonly string[]
  /** Number of the partition that has the file, if it is in one. */
  readonly partition?: number
  /** The old text, byte by byte (latin1), when anything was changed. */
  readonly before?: string
  /** Whether the old text is also in the image, as /etc/fstab.bak. */
  readonly isKeptInImage: boolean
  /** What a person should know: sentences. */
  readonly notes: readonly string[]
}

export interface FstabOptions {
  readonly now: Date
  /** What to do when the file cannot be edited: the end of a sentence. */
  readonly otherwise: string
  /** Called before the first change from which there is no way back, and awaited. */
  readonly beforeChange?: () => Promise<void>
  /** Folders where programs are, as in `$PATH`. */
  readonly path?: string | undefined
  readonly signal?: AbortSignal | undefined
}

interface Work {
  readonly image: string
  readonly programs: Programs | undefined
  readonly options: FstabOptions
  readonly notes: string[]
}

/** Look into a file system, as it is on the disk now. */
const inside = async <T>(
  image: string,
  { offset, bytes }: FoundFileSystem,
  flags: 'r' | 'r+',
  use: (fs: ExtFileSystem) => Promise<T>,
): Promise<T> => {
  const disk = await openDisk(image, flags)
  try {
    const result = await use(await openExt(partOf(disk, offset, bytes)))
    if (flags === 'r+') await disk.sync()
    return result
  } finally {
    await disk.close()
  }
}

const cannot = (where: FoundFileSystem, reason: string, { options }: Work): ConversionError =>
  new ConversionError(`cannot edit ${fstabPath}: ${placeName(where)} ${reason}; ${options.otherwise}`)

const contentsOf = (image: string, where: FoundFileSystem, path: string): Promise<Buffer | undefined> =>
  inside(image, where, 'r', async fs => {
    const inode = await fs.find(path)
    return inode && fs.read(inode, maxFstabBytes)
  })

/** Does what the next mount would do. An edit before that would be undone by it. */
const replayJournal = async (where: FoundFileSystem, work: Work): Promise<void> => {
  if (!(await inside(work.image, where, 'r', async fs => fs.superblock.needsReplay))) return
  if (!work.programs)
    throw cannot(
      where,
      'was not shut down, so that its journal has to be replayed first, which takes e2fsck (package e2fsprogs)',
      work,
    )
  await work.programs.replay({ image: work.image, offset: where.offset })
  if (await inside(work.image, where, 'r', async fs => fs.superblock.needsReplay))
    throw cannot(where, 'has a journal that e2fsck does not replay', work)
  work.notes.push(`The journal of ${placeName(where)} was replayed.`)
}

interface Table {
  readonly where: FoundFileSystem
  readonly text: string
  /** Why the file cannot be read here, so that debugfs had to. */
  readonly fault?: string
}

/** The table in one file system; undefined when that has none. */
const tableIn = async (where: FoundFileSystem, work: Work): Promise<Table | undefined> => {
  await replayJournal(where, work)
  try {
    const contents = await contentsOf(work.image, where, fstabPath)
    return contents && { where, text: contents.toString('latin1') }
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    const file = await work.programs?.read({ image: work.image, offset: where.offset }, fstabPath)
    if (!file) throw error
    return { where, text: file.contents.toString('latin1'), fault: error.message }
  }
}

/** Whether a file is what it was written to be, by our own reading or, where that gives up, debugfs'. */
const isThere = async (
  where: FoundFileSystem,
  path: string,
  wanted: Buffer,
  work: Work,
): Promise<boolean> => {
  try {
    return (await contentsOf(work.image, where, path))?.equals(wanted) === true
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    const file = await work.programs?.read({ image: work.image, offset: where.offset }, path)
    return file?.contents.equals(wanted) === true
  }
}

/** Keep the old table beside the new one, if debugfs can. Resolves to whether it is there. */
const keepBackup = async ({ where, text }: Table, work: Work): Promise<boolean> => {
  const { programs, image, notes } = work
  const place = { image, offset: where.offset }
  const old = await programs?.read(place, fstabPath)
  if (!programs || !old) return false
  if (await programs.read(place, backupPath)) {
    notes.push(`The image has a ${backupPath} already, which was left as it is.`)
    return false
  }
  await programs.write(place, backupPath, old.contents, old)
  const made = await programs.read(place, backupPath)
  const isWhole = made?.mode === old.mode && made.uid === old.uid && made.gid === old.gid
  if (isWhole && (await isThere(where, backupPath, Buffer.from(text, 'latin1'), work))) return true
  await programs.remove(place, backupPath)
  notes.push(`The image has no room for a ${backupPath}.`)
  return false
}

const replaceInPlace = (table: Table, edited: EditedFstab, work: Work): Promise<Buffer> =>
  inside(work.image, table.where, 'r+', async fs => {
    const inode = await fs.find(fstabPath)
    if (!inode) throw new DiskError(`has no ${fstabPath} any more`)
    const text = fitted(edited, await fs.room(inode, maxFstabBytes))
    if (text === undefined) throw new DiskError('has no room for the new text')
    const contents = Buffer.from(text, 'latin1')
    await fs.replace(inode, contents, work.options.now)
    return contents
  })

const replaceByDebugfs = async (
  { where }: Table,
  { text }: EditedFstab,
  fault: string,
  work: Work,
): Promise<Buffer> => {
  const place = { image: work.image, offset: where.offset }
  const old = await work.programs?.read(place, fstabPath)
  if (!work.programs || !old) {
    const hint = work.programs ? '' : ', and debugfs (package e2fsprogs), which may help, is not installed'
    throw cannot(where, `${fault}${hint}`, work)
  }
  const contents = Buffer.from(text, 'latin1')
  await work.programs.write(place, fstabPath, contents, old)
  return contents
}

const replaceTable = async (table: Table, edited: EditedFstab, work: Work): Promise<FstabEdit> => {
  await work.options.beforeChange?.()
  const isKeptInImage = await keepBackup(table, work)
  let how: FstabEdit['how'] = 'in-place'
  let written: Buffer
  try {
    if (table.fault !== undefined) throw new DiskError(table.fault)
    written = await replaceInPlace(table, edited, work)
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    how = 'debugfs'
    written = await replaceByDebugfs(table, edited, error.message, work)
  }
  if (!(await isThere(table.where, fstabPath, written, work)))
    throw cannot(table.where, 'does not give back what was written', work)
  const { partition } = table.where
  return {
    how,
    lines: edited.lines,
    before: table.text,
    isKeptInImage,
    notes: work.notes,
    ...(partition !== undefined && { partition }),
  }
}

/** The table of the first file system that has one. Faults of others matter only when none has. */
const findTable = async (found: readonly FoundFileSystem[], work: Work): Promise<Table | undefined> => {
  let fault: ConversionError | undefined
  for (const where of found) {
    try {
      const table = await tableIn(where, work)
      if (table) return table
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error
      fault ??= error instanceof DiskError ? cannot(where, error.message, work) : error
    }
  }
  if (fault) throw fault
  return undefined
}

/**
 * Edit /etc/fstab in a disk image, which is the caller's own copy: interrupted after `beforeChange`, it has to be made
 * anew. A journal is replayed before that, which can be interrupted and done again.
 * Throws ConversionError when it cannot be done; a file system of a kind that is left alone is a note, not an error.
 */
export const editFstab = async (image: string, options: FstabOptions): Promise<FstabEdit> =>
  editFstabWith(await e2fsprogs(options), image, options)

/** As `editFstab`, with the programs that there are. */
export const editFstabWith = async (
  programs: Programs | undefined,
  image: string,
  options: FstabOptions,
): Promise<FstabEdit> => {
  const disk = await openDisk(image, 'r')
  const found = await fileSystemsOf(disk).finally(() => disk.close())
  const ext = found.filter(({ kind }) => kind === 'ext')
  const work: Work = { image, programs, options, notes: [] }
  const table = await findTable(ext, work)
  if (table) {
    const edited = withoutEphemeral(table.text)
    if (edited.lines.length > 0) return replaceTable(table, edited, work)
    return { how: 'nothing', lines: [], isKeptInImage: false, notes: work.notes }
  }
  const other = found.find(({ kind }) => kind === 'xfs' || kind === 'btrfs')
  if (other) {
    const note = `${fstabPath} was left as it is: ${placeName(other)} is ${other.kind}. Comment out its line for /mnt, if it has one.`
    return { how: 'left', lines: [], isKeptInImage: false, notes: [...work.notes, note] }
  }
  if (found.length === 1 && ext[0]?.partition === undefined && ext.length === 1) {
    const note = `The image has no ${fstabPath}.`
    return { how: 'nothing', lines: [], isKeptInImage: false, notes: [...work.notes, note] }
  }
  throw new ConversionError(
    `cannot edit ${fstabPath}: no file system of the image is understood and has one; ${options.otherwise}`,
  )
}
