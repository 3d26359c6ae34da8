// SPDX-License-Identifier: BSD-2-Clause
// What user data is made of.
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { partsOf } from '../../../src/engine/ec2/user-data'
import { effortOf } from '../../support/effort'

const config = '#cloud-config\nruncmd: []\n'

const message = (...parts: readonly (readonly [headers: string, body: string])[]): string =>
  [
    'Content-Type: multipart/mixed;\n boundary="=== a ==="\nMIME-Version: 1.0\n',
    ...parts.map(([headers, body]) => `--=== a ===\n${headers}\n\n${body}`),
    '--=== a ===--\n',
  ].join('\n')

describe('User data', () => {
  const parts = (data: string | Buffer) => partsOf(Buffer.from(data))

  it('is a document of cloud-config, or is none', () => {
    assert.deepEqual(parts(config), { configs: [config], others: [] })
    assert.deepEqual(parts(`\ufeff${config}`).configs, [config])
    assert.deepEqual(parts('#cloud-config').configs, ['#cloud-config'])
    assert.deepEqual(parts('#!/bin/sh\nreboot').others, ['text/x-shellscript'])
    for (const text of ['#cloud-config-archive\n', 'a: #cloud-config', 'x']) {
      assert.deepEqual(parts(text), { configs: [], others: ['text/plain'] }, text)
    }
    assert.deepEqual(parts(''), { configs: [], others: [] })
  })

  it('may be packed, once or in packets', () => {
    assert.deepEqual(parts(gzipSync(config)).configs, [config])
    assert.deepEqual(parts(gzipSync(message(['Content-Type: text/cloud-config', config]))).configs.length, 1)
  })

  it('is not unpacked to more than anybody means, nor when it is torn', () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(config), Buffer.alloc(2 ** 22, 0x20)]))
    assert.ok(bomb.length < 16_384)
    for (const data of [bomb, gzipSync(config).subarray(0, 20)]) {
      assert.deepEqual(parts(data), { configs: [], others: ['packed data that cannot be unpacked'] })
    }
  })

  it('may be a message of several parts, in every encoding of mail', () => {
    const text = message(
      ['Content-Type: text/x-shellscript', '#!/bin/sh'],
      [
        'Content-Type: text/cloud-config; charset="utf-8"\nContent-Transfer-Encoding: base64',
        btoa('first: 1\n'),
      ],
      ['content-type: TEXT/Cloud-Config\nContent-Transfer-Encoding: quoted-printable', 'second: =C3=BC=\n2'],
      ['X-Nothing: 1', config],
      ['Content-Type: image/png', 'x'],
    )
    for (const lines of [text, text.replaceAll('\n', '\r\n')]) {
      const { configs, others } = parts(lines)
      assert.deepEqual(
        configs.map(one => one.replaceAll('\r', '').trim()),
        ['first: 1', 'second: ü2', config.trim()],
      )
      assert.deepEqual(others, ['text/x-shellscript', 'image/png'])
    }
  })

  it('is not followed into messages in messages without an end', () => {
    let text = message(['Content-Type: text/cloud-config', config])
    for (let depth = 0; depth < 3; depth++) {
      const boundary = `b${depth}`
      text = `Content-Type: multipart/mixed; boundary=${boundary}\n\n--${boundary}\n${text}\n--${boundary}--\n`
    }
    assert.deepEqual(parts(text), { configs: [], others: ['multipart/mixed'] })
    const many = message(
      ...Array.from({ length: 500 }, () => ['Content-Type: text/cloud-config', config] as const),
    )
    assert.equal(parts(many).configs.length, 64)
  })

  it('is read in no time, whatever it is made of', () => {
    const took = effortOf(() => {
      for (const text of [
        `Content-Type: ${';'.repeat(16_000)}`,
        `Content-Type: multipart/mixed; boundary=${'"'.repeat(16_000)}`,
        `MIME-Version: 1.0\n${' \n'.repeat(8000)}`,
        `Content-Type: a\n${'a:\n '.repeat(4000)}`,
      ]) {
        parts(text)
      }
    })
    assert.ok(took < 500, `${took} ms`)
  })
})
