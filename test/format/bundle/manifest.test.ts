// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { ManifestError } from '../../../src/format/bundle/errors'
import { maxManifestBytes, partName } from '../../../src/format/bundle/manifest'
import { parseManifest } from '../../../src/format/bundle/manifest-reader'
import { type ManifestFacts, writeManifest } from '../../../src/format/bundle/manifest-writer'

const facts: ManifestFacts = {
  bundler: { name: 'euca2ools', version: '3.4.1', release: '0' },
  architecture: 'i386',
  blockDeviceMappings: [
    { virtual: 'root', device: '/dev/sda1' },
    { virtual: 'ami', device: 'sda1' },
  ],
  productCodes: ['ABC', 'AAA'],
  kernelId: 'eki-11111111',
  name: 'pre',
  user: '123456789012',
  type: 'machine',
  digest: '96fb',
  size: 5000000,
  bundledSize: 3953792,
  encryptedKey: { ec2: '0a' },
  encryptedIv: { ec2: '0b' },
  parts: [
    { index: 0, filename: 'pre.part.00', digest: '4f8d' },
    { index: 1, filename: 'pre.part.01', digest: '4f8e' },
  ],
}

const machineText =
  '<machine_configuration><architecture>i386</architecture><block_device_mapping>' +
  '<mapping><virtual>ami</virtual><device>sda1</device></mapping>' +
  '<mapping><virtual>root</virtual><device>/dev/sda1</device></mapping></block_device_mapping>' +
  '<product_codes><product_code>ABC</product_code><product_code>AAA</product_code></product_codes>' +
  '<kernel_id>eki-11111111</kernel_id></machine_configuration>'
const imageText =
  '<image><name>pre</name><user>123456789012</user><type>machine</type><digest algorithm="SHA1">96fb</digest>' +
  '<size>5000000</size><bundled_size>3953792</bundled_size>' +
  '<ec2_encrypted_key algorithm="AES-128-CBC">0a</ec2_encrypted_key><user_encrypted_key algorithm="AES-128-CBC"/>' +
  '<ec2_encrypted_iv>0b</ec2_encrypted_iv><user_encrypted_iv/>' +
  '<parts count="2"><part index="0"><filename>pre.part.00</filename><digest algorithm="SHA1">4f8d</digest></part>' +
  '<part index="1"><filename>pre.part.01</filename><digest algorithm="SHA1">4f8e</digest></part></parts></image>'
const wholeText =
  "<?xml version='1.0' encoding='ASCII'?>\n<manifest><version>2007-10-10</version><bundler><name>euca2ools</name>" +
  `<version>3.4.1</version><release>0</release></bundler>${machineText}${imageText}<signature>UNSIGNED</signature></manifest>`

const refused = (xml: Buffer | string, message: RegExp): void =>
  assert.throws(
    () => parseManifest(xml),
    (error: unknown) => error instanceof ManifestError && message.test(error.message),
  )

describe('a bundle manifest', () => {
  it('is written byte for byte as euca2ools writes it', () => {
    assert.equal(writeManifest(facts), wholeText)
  })

  it('writes what is not ASCII as numeric references, and the signature covers them as written', () => {
    let signed = ''
    const xml = writeManifest({ ...facts, name: 'é<&>😀' }, text => {
      signed = text
      return 'beef'
    })
    assert.match(xml, /<name>&#233;&lt;&amp;&gt;&#128512;<\/name>/)
    const manifest = parseManifest(xml)
    assert.equal(manifest.name, 'é<&>😀')
    assert.equal(manifest.signature, 'beef')
    assert.equal(manifest.signedText, signed)
  })

  it('has no mappings or product codes when it is not of a machine image', () => {
    const xml = writeManifest({ ...facts, type: 'kernel', kernelId: 'true' })
    assert.doesNotMatch(xml, /mapping|product_code/)
    assert.match(xml, /<kernel_id>true<\/kernel_id>/)
  })

  it('refuses to hold characters that XML cannot', () => {
    for (const name of ['a\u0001b', 'a\ud800b'])
      assert.throws(() => writeManifest({ ...facts, name }), ManifestError)
  })

  it('reads back what was written', () => {
    const manifest = parseManifest(Buffer.from(wholeText))
    const { signedText, signature, version, blockDeviceMappings, ...rest } = manifest
    assert.equal(signedText, machineText + imageText)
    assert.equal(signature, 'UNSIGNED')
    assert.equal(version, '2007-10-10')
    assert.deepEqual(blockDeviceMappings, [...facts.blockDeviceMappings].reverse())
    const { blockDeviceMappings: _, ...expected } = facts
    assert.deepEqual(rest, {
      ...expected,
      encryptedKey: { ec2: '0a', user: undefined },
      encryptedIv: { ec2: '0b', user: undefined },
    })
  })

  it('may be indented, and the signed text is still the text of the file', () => {
    const xml = wholeText.replaceAll('><', '>\n  <').replace('>i386<', '>\n i386 <')
    const manifest = parseManifest(xml)
    assert.equal(manifest.architecture, 'i386')
    assert.match(manifest.signedText, /^<machine_configuration>\n {2}<arch/)
    assert.match(manifest.signedText, /<\/machine_configuration><image>\n/)
    assert.match(manifest.signedText, /<\/image>$/)
  })

  it('keeps the signed text right behind comments, CDATA and a byte order mark', () => {
    const xml = `\ufeff${wholeText.replace('<image>', '<!-- <image>no</image> --><image ><![CDATA[<image>]]>')}`
    assert.match(
      parseManifest(xml).signedText,
      /<\/machine_configuration><image ><!\[CDATA\[<image>\]\]><name>pre/,
    )
  })

  it('of euca2ools 3.0.5, with a kernel name and an ancestry, is read', () => {
    const xml = wholeText
      .replace('<type>machine</type>', '<type>kernel</type><kernel_name>vmlinuz</kernel_name>')
      .replace('</image>', '<ancestry><ancestor_ami_id>emi-1</ancestor_ami_id></ancestry></image>')
    assert.equal(parseManifest(xml).type, 'kernel')
  })

  it('places parts by their index', () => {
    const xml = wholeText
      .replace('index="0"', 'index="x"')
      .replace('index="1"', 'index="0"')
      .replace('"x"', '"1"')
    assert.deepEqual(
      parseManifest(xml).parts.map(part => part.filename),
      ['pre.part.01', 'pre.part.00'],
    )
  })

  it('is refused when a part or its index is missing or given twice', () => {
    refused(wholeText.replace('<part index="1">', '<part>'), /no index/)
    refused(wholeText.replace('index="1"', 'index="2"'), /lacks parts before index 2/)
    refused(wholeText.replace('index="1"', 'index="0"'), /more than one part with index 0/)
    refused(wholeText.replace('index="1"', 'index="-1"'), /no index/)
    refused(wholeText.replace('count="2"', 'count="3"'), /announces 3 parts but lists 2/)
    refused(wholeText.replace(/<parts.*<\/parts>/, '<parts count="0"/>'), /lists no parts/)
    refused(wholeText.replace(/<parts.*<\/parts>/, ''), /no image\/parts/)
  })

  for (const path of ['architecture', 'name', 'user', 'type', 'digest', 'size', 'bundled_size'])
    it(`is refused without ${path}`, () => {
      const element = new RegExp(`<${path}[^>]*>[^<]*</${path}>`)
      const at = path === 'name' ? wholeText.indexOf('<image>') : 0
      refused(wholeText.slice(0, at) + wholeText.slice(at).replace(element, ''), new RegExp(`no .*/?${path}`))
    })

  it('is refused when names lead out of a directory', () => {
    refused(wholeText.replace('pre.part.01', '../../etc/passwd'), /is a path/)
    refused(wholeText.replace('<name>pre<', '<name>/etc/passwd<'), /is a path/)
    refused(wholeText.replace('<name>pre<', '<name>..<'), /is a path/)
  })

  it('is refused when sizes and digests are none', () => {
    for (const size of ['-1', '1e9', '99999999999999999', 'ten'])
      refused(wholeText.replace('5000000', size), /not a size/)
    refused(wholeText.replace('4f8d', 'xyz'), /not SHA-1/)
    refused(wholeText.replace('>machine<', '>volume<'), /unknown image\/type/)
  })

  it('is refused when there are two images to choose from', () => {
    refused(wholeText.replace('<image>', '<image/><image>'), /more than one image/)
  })

  it('is refused when it is not well-formed XML', () => {
    for (const xml of ['not xml', '<manifest>', '', '<manifest/><manifest/>', wholeText.slice(0, -3)])
      refused(xml, /not well-formed|empty/)
    refused(Buffer.from([0xff, 0xfe, 0x00]), /not UTF-8/)
    refused('<html><body/></html>', /not a bundle manifest but a html document/)
  })

  it('is refused with a document type, whatever is in it, and with unknown entities', () => {
    const bomb = '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><manifest>&b;</manifest>'
    refused(bomb, /document type/)
    refused('<!DOCTYPE manifest SYSTEM "file:///etc/passwd"><manifest/>', /document type/)
    refused(wholeText.replace('>pre<', '>&pre;<'), /not well-formed/)
  })

  it('is refused when it is too large or too deep', () => {
    refused(`<manifest>${' '.repeat(maxManifestBytes)}</manifest>`, /larger than 5242880 bytes/)
    refused('<a>'.repeat(100_000), /nested too deeply/)
  })

  it('numbers its parts with two digits or more', () => {
    assert.deepEqual(
      [0, 9, 99, 100].map(i => partName('p', i)),
      ['p.part.00', 'p.part.09', 'p.part.99', 'p.part.100'],
    )
  })
})
