// SPDX-License-Identifier: BSD-2-Clause

// The order of elements, the single line and the character references are those of euca2ools 3.4, byte for byte:
// clouds look for some elements by text, and the signature covers what stands in the file.

import { ManifestError } from './errors'
import type { BundleManifest } from './manifest'

/** A manifest that is about to be written: what is read, but for what only the text can tell. */
export type ManifestFacts = Omit<BundleManifest, 'version' | 'signature' | 'signedText'>

/** The text of a character, as libxml2 writes it into an ASCII document. */
function escapeText(text: string): string {
  return text.replace(/[&<>\r]|[^\x00-\x7f]/gu, character => {
    if (character === '&') return '&amp;'
    if (character === '<') return '&lt;'
    if (character === '>') return '&gt;'
    return `&#${character.codePointAt(0)};`
  })
}

function checked(text: string): string {
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(text))
    throw new ManifestError(`a manifest cannot hold the characters of ${JSON.stringify(text)}`)
  return escapeText(text)
}

type Attributes = Readonly<Record<string, string | number>>

function element(name: string, content: string, attributes: Attributes = {}): string {
  const start = Object.entries(attributes).reduce((tag, [key, value]) => `${tag} ${key}="${value}"`, name)
  return content ? `<${start}>${content}</${name}>` : `<${start}/>`
}

const leaf = (name: string, text: string | number, attributes?: Attributes): string =>
  element(name, checked(String(text)), attributes)

const optional = (name: string, text: string | undefined): string => (text ? leaf(name, text) : '')

const byVirtualName = (one: { virtual: string }, other: { virtual: string }): number =>
  one.virtual < other.virtual ? -1 : one.virtual > other.virtual ? 1 : 0

function machineConfiguration(facts: ManifestFacts): string {
  const isMachine = facts.type === 'machine'
  const mappings = [...facts.blockDeviceMappings]
    .sort(byVirtualName)
    .map(({ virtual, device }) => element('mapping', leaf('virtual', virtual) + leaf('device', device)))
  const codes = facts.productCodes.map(code => leaf('product_code', code))
  return element(
    'machine_configuration',
    leaf('architecture', facts.architecture) +
      (isMachine && mappings.length ? element('block_device_mapping', mappings.join('')) : '') +
      (isMachine && codes.length ? element('product_codes', codes.join('')) : '') +
      optional('kernel_id', facts.kernelId) +
      optional('ramdisk_id', facts.ramdiskId),
  )
}

function image(facts: ManifestFacts): string {
  const sha1 = { algorithm: 'SHA1' }
  const aes = { algorithm: 'AES-128-CBC' }
  const parts = facts.parts.map(part =>
    element('part', leaf('filename', part.filename) + leaf('digest', part.digest, sha1), {
      index: part.index,
    }),
  )
  return element(
    'image',
    leaf('name', facts.name) +
      leaf('user', facts.user) +
      leaf('type', facts.type) +
      leaf('digest', facts.digest, sha1) +
      leaf('size', facts.size) +
      leaf('bundled_size', facts.bundledSize) +
      leaf('ec2_encrypted_key', facts.encryptedKey.ec2 ?? '', aes) +
      leaf('user_encrypted_key', facts.encryptedKey.user ?? '', aes) +
      leaf('ec2_encrypted_iv', facts.encryptedIv.ec2 ?? '') +
      leaf('user_encrypted_iv', facts.encryptedIv.user ?? '') +
      element('parts', parts.join(''), { count: facts.parts.length }),
  )
}

/**
 * The text of a manifest, ASCII only. `sign` gets the text that the signature covers and returns the signature as
 * lower-case hex; without it the manifest says `UNSIGNED`. Throws `ManifestError` for text that XML cannot hold.
 */
export function writeManifest(facts: ManifestFacts, sign?: (signedText: string) => string): string {
  const machine = machineConfiguration(facts)
  const rest = image(facts)
  const { name, version, release } = facts.bundler
  const body =
    leaf('version', '2007-10-10') +
    element('bundler', leaf('name', name) + leaf('version', version) + leaf('release', release)) +
    machine +
    rest +
    leaf('signature', sign ? sign(machine + rest) : 'UNSIGNED')
  return `<?xml version='1.0' encoding='ASCII'?>\n${element('manifest', body)}`
}
