// SPDX-License-Identifier: BSD-2-Clause

// The import manifest: where the parts of a disk image are that is to become a volume, and under which addresses a cloud
// that has no keys of the owner's can look for, fetch and delete them. Its form is EC2's of 2010-11-15; clouds and
// euca2ools read each other's.

import { ManifestError } from '../bundle/errors'
import { decode, type Element, find, parseTree, required, textAt } from '../bundle/manifest-tree'

/** An import manifest has some 1,200 bytes for each part, most of them signed addresses. */
export const maxImportManifestBytes = 33_554_432

/** A piece of the image's file, as an object of its own. */
export interface ImportPart {
  readonly index: number
  /** First byte of the file that is in the part. */
  readonly start: number
  /** Last byte, included. */
  readonly end: number
  readonly key: string
  /** Signed addresses of the object. Those to look and to delete may be empty. */
  readonly headUrl: string
  readonly getUrl: string
  readonly deleteUrl: string
}

export interface ImportManifest {
  /** RAW, VMDK, VHD; not judged here. */
  readonly fileFormat: string
  readonly importer: { readonly name: string; readonly version: string; readonly release: string }
  /** Signed address that deletes the manifest; may be empty. */
  readonly selfDestructUrl: string
  /** Size of the disk, which only for a raw image is the file's. */
  readonly imageBytes: number
  readonly volumeGib: number
  /** In order, without gaps, from the file's first byte to its last. */
  readonly parts: readonly ImportPart[]
}

/** The size of the file that the parts make. */
export const fileBytesOf = ({ parts }: ImportManifest): number => (parts.at(-1)?.end ?? -1) + 1

function numberOf(text: string, what: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw new ManifestError(`${what} in the manifest is no number: ${text}`)
  return value
}

function readPart(element: Element, index: number, start: number): ImportPart {
  const { attributes } = element
  if (attributes.index?.trim() !== String(index))
    throw new ManifestError(`part ${index} in the manifest has the index ${attributes.index ?? 'of none'}`)
  const range = find(element, 'byte-range')?.attributes
  if (!range) throw new ManifestError(`part ${index} in the manifest has no byte-range`)
  const part = {
    index,
    start: numberOf(range.start?.trim() ?? '', `the start of part ${index}`),
    end: numberOf(range.end?.trim() ?? '', `the end of part ${index}`),
    // A key may begin and end with blanks.
    key: find(element, 'key')?.text ?? '',
    headUrl: textAt(element, 'head-url'),
    getUrl: required(element, 'get-url'),
    deleteUrl: textAt(element, 'delete-url'),
  }
  if (part.start !== start || part.end < part.start)
    throw new ManifestError(`part ${index} in the manifest does not begin where the part before it ends`)
  if (part.key === '') throw new ManifestError(`part ${index} in the manifest has no key`)
  return part
}

function readParts(root: Element): ImportPart[] {
  const list = find(root, 'import/parts')
  if (!list) throw new ManifestError('the manifest has no import/parts')
  const elements = list.children.filter(({ name }) => name === 'part')
  if (elements.length === 0) throw new ManifestError('the manifest lists no parts')
  const count = list.attributes.count?.trim()
  if (count !== undefined && Number(count) !== elements.length)
    throw new ManifestError(`the manifest announces ${count} parts but lists ${elements.length}`)
  let start = 0
  return elements.map((element, index) => {
    const part = readPart(element, index, start)
    start = part.end + 1
    return part
  })
}

/**
 * Reads an import manifest (UTF-8, at most `maxImportManifestBytes`). Throws `ManifestError` for anything that is not
 * whole and well-formed, and for parts that leave gaps or overlap.
 */
export function parseImportManifest(source: Buffer | string): ImportManifest {
  const root = parseTree(decode(source, maxImportManifestBytes))
  if (root.name !== 'manifest')
    throw new ManifestError(`this is not an import manifest but a ${root.name} document`)
  return {
    fileFormat: required(root, 'file-format'),
    importer: {
      name: textAt(root, 'importer/name'),
      version: textAt(root, 'importer/version'),
      release: textAt(root, 'importer/release'),
    },
    selfDestructUrl: textAt(root, 'self-destruct-url'),
    imageBytes: numberOf(required(root, 'import/size'), 'import/size'),
    volumeGib: numberOf(required(root, 'import/volume-size'), 'import/volume-size'),
    parts: readParts(root),
  }
}

const markup: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }

function escaped(text: string): string {
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(text))
    throw new ManifestError(`a manifest cannot hold the characters of ${JSON.stringify(text)}`)
  return text.replace(/[&<>\r]/g, character => markup[character] ?? '')
}

/** Lines of an element that holds text, or other elements' lines, indented by two blanks. */
const leaf = (name: string, text: string | number): string[] => [
  `<${name}>${escaped(String(text))}</${name}>`,
]
const branch = (start: string, ...children: readonly string[][]): string[] => [
  `<${start}>`,
  ...children.flat().map(line => `  ${line}`),
  `</${start.split(' ')[0]}>`,
]

const partLines = ({ index, start, end, key, headUrl, getUrl, deleteUrl }: ImportPart): string[] =>
  branch(
    `part index="${index}"`,
    [`<byte-range start="${start}" end="${end}"/>`],
    leaf('key', key),
    leaf('head-url', headUrl),
    leaf('get-url', getUrl),
    leaf('delete-url', deleteUrl),
  )

/** The manifest's text. Throws `ManifestError` for text that no XML document can hold. */
export const writeImportManifest = (manifest: ImportManifest): string => {
  const { importer, parts } = manifest
  return [
    "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>",
    ...branch(
      'manifest',
      leaf('version', '2010-11-15'),
      leaf('file-format', manifest.fileFormat),
      branch(
        'importer',
        leaf('name', importer.name),
        leaf('version', importer.version),
        leaf('release', importer.release),
      ),
      leaf('self-destruct-url', manifest.selfDestructUrl),
      branch(
        'import',
        leaf('size', manifest.imageBytes),
        leaf('volume-size', manifest.volumeGib),
        branch(`parts count="${parts.length}"`, ...parts.map(partLines)),
      ),
    ),
  ].join('\n')
}
