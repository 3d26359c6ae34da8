// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { ManifestError } from '../../../src/format/bundle/errors'
import {
  fileBytesOf,
  type ImportManifest,
  maxImportManifestBytes,
  parseImportManifest,
  writeImportManifest,
} from '../../../src/format/import/manifest'

const manifest: ImportManifest = {
  fileFormat: 'RAW',
  importer: { name: 'euca2ools', version: '3.4.1', release: '0' },
  selfDestructUrl: 'http://h/b/disk.manifest.xml?Signature=x&Expires=1',
  imageBytes: 1500,
  volumeGib: 1,
  parts: [
    { index: 0, start: 0, end: 1023, key: 'k/d.part.0', headUrl: 'h0', getUrl: 'g0', deleteUrl: 'd0' },
    { index: 1, start: 1024, end: 1499, key: 'k/d.part.1', headUrl: 'h1', getUrl: 'g1', deleteUrl: 'd1' },
  ],
}

const text = `<?xml version='1.0' encoding='UTF-8' standalone='yes'?>
<manifest>
  <version>2010-11-15</version>
  <file-format>RAW</file-format>
  <importer>
    <name>euca2ools</name>
    <version>3.4.1</version>
    <release>0</release>
  </importer>
  <self-destruct-url>http://h/b/disk.manifest.xml?Signature=x&amp;Expires=1</self-destruct-url>
  <import>
    <size>1500</size>
    <volume-size>1</volume-size>
    <parts count="2">
      <part index="0">
        <byte-range start="0" end="1023"/>
        <key>k/d.part.0</key>
        <head-url>h0</head-url>
        <get-url>g0</get-url>
        <delete-url>d0</delete-url>
      </part>
      <part index="1">
        <byte-range start="1024" end="1499"/>
        <key>k/d.part.1</key>
        <head-url>h1</head-url>
        <get-url>g1</get-url>
        <delete-url>d1</delete-url>
      </part>
    </parts>
  </import>
</manifest>`

const refused = (changed: string, message: RegExp): void => {
  assert.notEqual(changed, text)
  assert.throws(
    () => parseImportManifest(changed),
    (error: unknown) => error instanceof ManifestError && message.test(error.message),
  )
}

describe('an import manifest', () => {
  it('is written as euca2ools writes it, without a newline at its end', () => {
    assert.equal(writeImportManifest(manifest), text)
  })

  it('is read back, and knows the size of the file', () => {
    assert.deepEqual(parseImportManifest(text), manifest)
    assert.deepEqual(parseImportManifest(Buffer.from(text)), manifest)
    assert.equal(fileBytesOf(manifest), 1500)
  })

  it('keeps keys as they are, whatever they hold', () => {
    const [first, second] = manifest.parts
    assert.ok(first && second)
    const odd = { ...manifest, parts: [{ ...first, key: ' ../a&<b>\r\u00e9\u{1f4a9} ' }, second] }
    assert.deepEqual(parseImportManifest(writeImportManifest(odd)), odd)
  })

  it('cannot hold what XML cannot', () => {
    assert.throws(() => writeImportManifest({ ...manifest, selfDestructUrl: 'a\u0001' }), ManifestError)
  })

  it('must be a whole manifest', () => {
    refused('', /empty|well-formed/)
    refused(text.slice(0, -20), /well-formed/)
    refused('<image/>', /not an import manifest but a image document/)
    refused(`<!DOCTYPE x>${text.split('\n').slice(1).join('\n')}`, /document type/)
    refused(text.replace(/<file-format>.*<\/file-format>/, ''), /no manifest\/file-format/)
    refused(text.replace('<size>1500</size>', ''), /no manifest\/import\/size/)
    refused(text.replace('<size>1500<', '<size>-1<'), /import\/size .* no number: -1/)
    refused(text.replace('<size>1500<', '<size>9007199254740992<'), /no number/)
    refused(text.replace('<volume-size>1<', '<volume-size>one<'), /no number: one/)
    refused(text.replace(/<parts [\s\S]*<\/parts>/, ''), /no import\/parts/)
    refused(text.replace(/<part [\s\S]*<\/part>/, ''), /lists no parts/)
    refused(text.replace('count="2"', 'count="3"'), /announces 3 parts but lists 2/)
  })

  it('must have parts that follow each other', () => {
    refused(text.replace('index="1"', 'index="2"'), /part 1 .* index 2/)
    refused(text.replace(' index="1"', ''), /part 1 .* index of none/)
    refused(text.replace('start="1024"', 'start="1025"'), /does not begin where/)
    refused(text.replace('start="1024"', 'start="1000"'), /does not begin where/)
    refused(text.replace('end="1499"', 'end="1023"'), /does not begin where/)
    refused(text.replace('end="1499"', 'end=""'), /the end of part 1 .* no number/)
    refused(text.replace('<byte-range start="0" end="1023"/>', ''), /part 0 .* no byte-range/)
    refused(text.replace('<key>k/d.part.0</key>', ''), /part 0 .* no key/)
    refused(text.replace('<get-url>g0</get-url>', ''), /no part\/get-url/)
  })

  it('has a limit', () => {
    refused(text.padEnd(maxImportManifestBytes + 1), /larger than 33554432 bytes/)
  })
})
