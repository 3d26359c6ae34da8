// SPDX-License-Identifier: BSD-2-Clause
import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { TarError } from '../format/byte-source'
import { writeSparse, writeWhole } from '../format/sparse-file'
import { readTar, type TarMember } from '../format/tar-reader'
import { PackError } from './errors'
import { type ImageMetadata, parseImageMetadata } from './metadata'
import { maxMetadataBytes, memberNames, type PackMetadata, parsePackMetadata } from './pack-format'
import type { PackOptions } from './pack-image'
import { decompressXz } from './xz'

export interface Pack {
  readonly file: string
  readonly pack: PackMetadata
  readonly image: ImageMetadata
  /** What euimage-describe-pack shows, profiles sorted. */
  readonly facts: {
    readonly name: string
    readonly arch: string
    readonly version: string
    readonly release: string
    readonly profiles: readonly string[]
    readonly description: string
  }
}

/**
 * A pack's metadata, with the version of the pack and the checksum of the image's metadata checked. The image itself
 * is not read. Throws `PackError`, and the file system's errors as they are.
 */
export const readPack = async (file: string): Promise<Pack> => {
  let opened: Pack | undefined
  await withMembers(file, async (member, metadata) => {
    if (member.path === 'image.xz') opened = await metadata()
    return member.path !== 'image.xz'
  })
  if (opened === undefined) throw new PackError('BadPack', `${file} is not an image pack: it lacks image.xz`)
  return opened
}

/**
 * Write a pack's image to `target`, sparse where it is zero, after checking the whole pack. `target` is there only
 * when size and checksum are right. Throws like `readPack`; `signal` interrupts.
 */
export const extractImage = async (
  file: string,
  target: string,
  options: PackOptions = {},
): Promise<Pack> => {
  let opened: Pack | undefined
  await writeWhole(target, async handle => {
    await withMembers(file, async (member, metadata) => {
      if (member.path !== 'image.xz') return true
      const pack = await metadata()
      await writeSparse(handle, checked(pack, decompressXz(compressedBytes(file, member)), options))
      opened = pack
      return true
    })
    if (opened === undefined)
      throw new PackError('BadPack', `${file} is not an image pack: it lacks image.xz`)
  })
  // Assigned in a callback, which the compiler does not follow.
  return opened as unknown as Pack
}

async function* compressedBytes(file: string, member: TarMember): AsyncGenerator<Buffer, void, void> {
  for await (const span of member.data) {
    if (!Buffer.isBuffer(span)) throw new PackError('BadPack', `${file}: image.xz is a sparse member`)
    yield span
  }
}

async function* checked(
  { file, pack }: Pack,
  chunks: AsyncIterable<Buffer>,
  { onProgress, signal }: PackOptions,
): AsyncGenerator<Buffer, void, void> {
  const { size, sha256sum } = pack.image
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    bytes += chunk.length
    if (bytes > size) throw new PackError('BadChecksum', `${file}: the image is larger than the pack says`)
    hash.update(chunk)
    yield chunk
    onProgress?.(bytes, size)
  }
  if (bytes !== size) throw new PackError('BadChecksum', `${file}: the image is smaller than the pack says`)
  if (hash.digest('hex') !== sha256sum)
    throw new PackError('BadChecksum', `${file}: the image does not have the checksum that the pack says`)
}

type Visit = (member: TarMember, metadata: () => Promise<Pack>) => Promise<boolean>

/** Visit the members, which must be the three in their order, until `visit` answers false. */
const withMembers = async (file: string, visit: Visit): Promise<void> => {
  if (!(await stat(file)).isFile()) throw new PackError('BadPack', `${file} is not a regular file`)
  const handle = await open(file)
  try {
    const texts: Buffer[] = []
    let index = 0
    for await (const member of readTar(
      handle.createReadStream({ highWaterMark: 256 * 1024, autoClose: false }),
    )) {
      const expected = memberNames[index]
      if (member.path !== expected || member.type !== 'file')
        throw new PackError(
          'BadPack',
          `${file} is not an image pack: it holds ${JSON.stringify(member.path)} in place of ${expected ?? 'its end'}`,
        )
      index += 1
      if (expected !== 'image.xz') texts.push(await metadataText(file, member))
      if (!(await visit(member, () => openPack(file, texts)))) return
    }
    if (index < memberNames.length)
      throw new PackError('BadPack', `${file} is not an image pack: it lacks ${memberNames[index]}`)
  } catch (error) {
    throw explain(file, error)
  } finally {
    await handle.close()
  }
}

const metadataText = async (file: string, member: TarMember): Promise<Buffer> => {
  if (member.size > maxMetadataBytes)
    throw new PackError('BadPack', `${file}: ${member.path} is larger than ${maxMetadataBytes} bytes`)
  const chunks: Buffer[] = []
  for await (const span of member.data) chunks.push(Buffer.isBuffer(span) ? span : Buffer.alloc(span.hole))
  return Buffer.concat(chunks)
}

const openPack = async (file: string, texts: readonly Buffer[]): Promise<Pack> => {
  const [packText, imageText] = texts
  if (packText === undefined || imageText === undefined) throw new Error('the metadata was not read')
  const pack = await parsePackMetadata(packText.toString('utf8'), `${file}: pack-md.yml`)
  if (createHash('sha256').update(imageText).digest('hex') !== pack.imageMetadata.sha256sum)
    throw new PackError('BadChecksum', `${file}: image-md.yml does not have the checksum that the pack says`)
  const image = await parseImageMetadata(imageText.toString('utf8'), `${file}: image-md.yml`)
  const { name, arch, version, release, description } = image
  const profiles = [...image.profiles.keys()].sort()
  return { file, pack, image, facts: { name, arch, version, release, profiles, description } }
}

const explain = (file: string, error: unknown): unknown => {
  if (error instanceof TarError)
    return new PackError('BadPack', `${file} is not an image pack: ${error.message}`, { cause: error })
  if (error instanceof Error && error.name.startsWith('LZMA_')) {
    const reason = error.name === 'LZMA_MEMLIMIT_ERROR' ? 'needs too much memory to unpack' : 'is damaged'
    return new PackError('BadPack', `${file}: image.xz ${reason}`, { cause: error })
  }
  return error
}
