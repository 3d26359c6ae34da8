// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { formOfBody, readBody } from '../../src/engine/query-door'
import { places } from '../../src/engine/services'

describe('A form', () => {
  it('is refused beyond 100 KiB, whether it came over a network or not', async () => {
    const about = { method: 'POST', path: '/', query: '', headers: {} }
    const read = (body: Buffer | Readable) => readBody({ ...about, body })
    const [most, more] = [Buffer.alloc(102_400, 'a'), Buffer.alloc(102_401, 'a')]
    for (const made of [(bytes: Buffer) => bytes, (bytes: Buffer) => Readable.from([bytes])]) {
      assert.equal((await read(made(most)))?.length, 102_400)
      await assert.rejects(read(made(more)), /Request body is larger than 102400 bytes/)
    }
  })

  it('may be larger where a template is part of it', async () => {
    const about = { method: 'POST', path: '/', query: '', headers: {} }
    const body = Buffer.alloc(2 ** 20, 'a')
    assert.equal((await readBody({ ...about, body }, body.length))?.length, body.length)
    assert.equal(
      (await readBody({ ...about, body: Readable.from([body]) }, body.length))?.length,
      body.length,
    )
    await assert.rejects(readBody({ ...about, body }, body.length - 1), /larger than 1048575 bytes/)
    assert.deepEqual(
      places
        .filter(({ formBytes }) => formBytes !== undefined)
        .map(({ name, formBytes }) => [name, formBytes]),
      [['cloudformation', 2 ** 20]],
    )
  })

  it('may be larger once it is inflated, up to 1 MiB', async () => {
    const about = { method: 'POST', path: '/', query: '', headers: { 'content-encoding': 'gzip' } }
    const read = (bytes: number) => {
      const body = gzipSync(`A=${'b'.repeat(bytes - 2)}`)
      return formOfBody({ ...about, body }, body)
    }
    assert.equal((await read(2 ** 20)).values.get('A')?.length, 2 ** 20 - 2)
    await assert.rejects(read(2 ** 20 + 1), /Request body is larger than 1048576 bytes/)
  })
})
