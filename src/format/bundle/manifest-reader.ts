// SPDX-License-Identifier: BSD-2-Clause

// The signature covers two elements byte for byte as they stand in the file. A parsed and re-serialised copy would
// not do, so the reader remembers where those elements begin and end.

import { ManifestError } from './errors'
import {
  type BlockDeviceMapping,
  type BundleManifest,
  type ImageType,
  imageTypes,
  isBaseName,
  type ManifestPart,
  maxManifestBytes,
} from './manifest'
import { decode, type Element, find, parseTree, required, textAt } from './manifest-tree'

/** A second `image` would be outside the signature or instead of it, depending on the reader; so there is one. */
function only(root: Element, name: string): Element {
  const found = root.children.filter(child => child.name === name)
  const [element] = found
  if (!element) throw new ManifestError(`the manifest has no ${name}`)
  if (found.length > 1) throw new ManifestError(`the manifest has more than one ${name}`)
  return element
}

function byteCount(image: Element, path: string): number {
  const text = required(image, path)
  const count = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(count))
    throw new ManifestError(`image/${path} of the manifest is not a size: ${text}`)
  return count
}

function sha1At(from: Element, what: string): string {
  const text = required(from, 'digest')
  if (!/^[0-9a-f]{1,40}$/i.test(text))
    throw new ManifestError(`${what} in the manifest is not SHA-1: ${text}`)
  return text.toLowerCase()
}

function readParts(image: Element): ManifestPart[] {
  const list = find(image, 'parts')
  if (!list) throw new ManifestError('the manifest has no image/parts')
  const elements = list.children.filter(child => child.name === 'part')
  const parts: (ManifestPart | undefined)[] = new Array(elements.length)
  for (const element of elements) {
    const text = (element.attributes.index ?? '').trim()
    const index = Number(text)
    if (!/^\d{1,9}$/.test(text)) throw new ManifestError('a part in the manifest has no index')
    if (index >= elements.length) throw new ManifestError(`the manifest lacks parts before index ${index}`)
    if (parts[index]) throw new ManifestError(`the manifest has more than one part with index ${index}`)
    const filename = required(element, 'filename')
    if (!isBaseName(filename))
      throw new ManifestError(`a part's file name in the manifest is a path: ${filename}`)
    parts[index] = { index, filename, digest: sha1At(element, `the digest of part ${index}`) }
  }
  const count = list.attributes.count?.trim()
  if (count !== undefined && Number(count) !== elements.length)
    throw new ManifestError(`the manifest announces ${count} parts but lists ${elements.length}`)
  if (elements.length === 0) throw new ManifestError('the manifest lists no parts')
  // As many distinct indexes below the count as there are elements: none is missing.
  return parts as ManifestPart[]
}

function readMappings(machine: Element): BlockDeviceMapping[] {
  const list = find(machine, 'block_device_mapping')?.children ?? []
  return list
    .filter(child => child.name === 'mapping')
    .map(mapping => ({ virtual: textAt(mapping, 'virtual'), device: textAt(mapping, 'device') }))
}

function readType(image: Element): ImageType {
  const text = required(image, 'type')
  const type = imageTypes.find(known => known === text)
  return type ?? refuse(`the manifest has an unknown image/type: ${text}`)
}

function refuse(message: string): never {
  throw new ManifestError(message)
}

/** Hex of a wrapped key. What is not hex is no secret of ours to open, and is treated as absent. */
const hexAt = (image: Element, path: string): string | undefined => {
  const text = textAt(image, path).toLowerCase()
  return /^(?:[0-9a-f]{2})+$/.test(text) ? text : undefined
}

/**
 * Reads a manifest from its text or bytes (UTF-8, of which ASCII is a part; at most `maxManifestBytes`).
 * Throws `ManifestError` for anything that is not a whole, well-formed manifest. Signature and keys are not judged here.
 */
export function parseManifest(source: Buffer | string): BundleManifest {
  const xml = decode(source, maxManifestBytes)
  const root = parseTree(xml)
  if (root.name !== 'manifest')
    throw new ManifestError(`this is not a bundle manifest but a ${root.name} document`)
  const machine = only(root, 'machine_configuration')
  const image = only(root, 'image')
  const name = required(image, 'name')
  if (!isBaseName(name)) throw new ManifestError(`image/name of the manifest is a path: ${name}`)
  const kernelId = textAt(machine, 'kernel_id') || undefined
  const ramdiskId = textAt(machine, 'ramdisk_id') || undefined
  return {
    version: textAt(root, 'version'),
    bundler: {
      name: textAt(root, 'bundler/name'),
      version: textAt(root, 'bundler/version'),
      release: textAt(root, 'bundler/release'),
    },
    architecture: required(machine, 'architecture'),
    blockDeviceMappings: readMappings(machine),
    productCodes: (find(machine, 'product_codes')?.children ?? [])
      .filter(child => child.name === 'product_code')
      .map(code => code.text.trim()),
    ...(kernelId && { kernelId }),
    ...(ramdiskId && { ramdiskId }),
    name,
    user: required(image, 'user'),
    type: readType(image),
    digest: sha1At(image, 'the digest of the image'),
    size: byteCount(image, 'size'),
    bundledSize: byteCount(image, 'bundled_size'),
    encryptedKey: { ec2: hexAt(image, 'ec2_encrypted_key'), user: hexAt(image, 'user_encrypted_key') },
    encryptedIv: { ec2: hexAt(image, 'ec2_encrypted_iv'), user: hexAt(image, 'user_encrypted_iv') },
    parts: readParts(image),
    signature: textAt(root, 'signature'),
    signedText: xml.slice(machine.start, machine.end) + xml.slice(image.start, image.end),
  }
}
