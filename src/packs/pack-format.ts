// SPDX-License-Identifier: BSD-2-Clause
// An image pack is an uncompressed tar of three members in this order.
import { PackError } from './errors'
import { optionalMap, optionalText, parseYamlMap, type YamlMap } from './yaml-map'

export const memberNames = ['pack-md.yml', 'image-md.yml', 'image.xz'] as const
export const blockBytes = 512
/** Both metadata files are a page or two; this leaves room for any description and keeps a bomb out of memory. */
export const maxMetadataBytes = 256 * 1024

/** What `pack-md.yml` says: checksums are SHA-256 in lower-case hex. */
export interface PackMetadata {
  readonly image: { readonly sha256sum: string; readonly size: number }
  readonly imageMetadata: { readonly sha256sum: string }
}

export const formatPackMetadata = async ({ image, imageMetadata }: PackMetadata): Promise<string> => {
  const { stringify } = await import('yaml')
  const document = { image, image_metadata: imageMetadata, version: 1 }
  // By the rules of YAML 1.1, as the original's reader has them: a checksum that looks like a number gets quotes.
  return stringify(document, { version: '1.1', sortMapEntries: true, lineWidth: 0 })
}

export const parsePackMetadata = async (text: string, from: string): Promise<PackMetadata> => {
  const map = await parseYamlMap(text, from)
  const version = optionalText(map, 'version', from)
  if (version !== '1')
    throw new PackError(
      'UnsupportedVersion',
      `${from}: packs of version ${version ?? '(none)'} are not supported`,
    )
  const image = optionalMap(map, 'image', from)
  const imageMetadata = optionalMap(map, 'image_metadata', from)
  const size = image && optionalText(image, 'size', from)
  if (size === undefined || !/^\d{1,15}$/.test(size))
    throw new PackError('BadPack', `${from} lacks the image's size`)
  return {
    image: { sha256sum: checksum(image, from), size: Number(size) },
    imageMetadata: { sha256sum: checksum(imageMetadata, from) },
  }
}

const checksum = (map: YamlMap | undefined, from: string): string => {
  const text = map && optionalText(map, 'sha256sum', from)?.toLowerCase()
  if (text === undefined || !/^[0-9a-f]{64}$/.test(text))
    throw new PackError('BadPack', `${from} lacks a checksum`)
  return text
}

/** A tar header: GNU form, owned by root, with the epoch as its time, so that equal contents make equal packs. */
export const tarHeader = (name: string, size: number): Buffer => {
  const header = Buffer.alloc(blockBytes)
  header.write(name, 0, 100, 'latin1')
  header.write('0000644\x000000000\x000000000\0', 100, 'latin1')
  if (size < 8 ** 11) header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  else {
    // Base-256, for 8 GiB and more: a set bit, then the number in big-endian order.
    header[124] = 0x80
    header.writeBigUInt64BE(BigInt(size), 128)
  }
  header.write('00000000000\0', 136, 'latin1')
  header.write('        0', 148, 'latin1')
  header.write('ustar  \0', 257, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

/** How much a member of that size takes, its padding included. */
export const paddedBytes = (size: number): number => Math.ceil(size / blockBytes) * blockBytes
