// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import type { Io } from '../../src/cli/context'
import { type Format, formatOf } from '../../src/cli/formats'
import { openPrinter } from '../../src/cli/printer'

interface Screen {
  readonly isTerminal?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly format?: Format
  readonly columns?: number
}

const printer = ({ isTerminal = false, env = {}, format = 'text', columns }: Screen) => {
  const stream = () => Object.assign(new PassThrough(), { isTTY: isTerminal, columns })
  const [stdout, stderr] = [stream(), stream()]
  const io = { stdout, stderr, env } as unknown as Io
  const text = (from: PassThrough) => String(from.read() ?? '')
  return {
    ...openPrinter(io, { tool: 'euca-test', format, showEmptyFields: false }),
    out: () => text(stdout),
    err: () => text(stderr),
  }
}

const row = ['VOLUME', 'vol-1', 1, '', 'zone', 'available', 'now'] as const

describe('What a tool prints', () => {
  it('is coloured on a terminal only, and where nobody has asked for no colours', async () => {
    const isColoured = async (screen: Screen) => {
      const { print, flush, out } = printer({ format: 'table', ...screen })
      await print([row])
      await flush()
      return out().includes('\u001b')
    }
    assert.equal(await isColoured({ isTerminal: true }), true)
    assert.equal(await isColoured({ isTerminal: true, env: { NO_COLOR: '' } }), true)
    assert.equal(await isColoured({ isTerminal: true, env: { NO_COLOR: '1' } }), false)
    assert.equal(await isColoured({ isTerminal: true, env: { TERM: 'dumb' } }), false)
    assert.equal(await isColoured({ isTerminal: false }), false)
    assert.equal(await isColoured({ isTerminal: true, format: 'text' }), false)
  })

  it('is there at once, but for records of a table that is not whole yet', async () => {
    const { print, flush, out } = printer({ format: 'table' })
    await print(['on the way'])
    assert.equal(out(), 'on the way\n')
    await print([['KEYPAIR', 'mine', 'ab']])
    await print([['KEYPAIR', 'longer', 'cd']])
    assert.equal(out(), '')
    await flush()
    assert.equal(out(), 'KEYPAIR  FINGERPRINT\nmine     ab\nlonger   cd\n')
  })

  it('is the result alone as JSON', async () => {
    const { print, result, out } = printer({ format: 'json' })
    await print([row])
    await result({ Volumes: [] }, () => assert.fail('rows of what nobody sees'))
    assert.equal(out(), '{\n  "Volumes": []\n}\n')
  })

  it('tells progress on one line of a terminal', async () => {
    const { tell, warn, flush, err } = printer({ isTerminal: true, columns: 12 })
    await tell('one')
    await tell('two, which is longer')
    await warn('a warning')
    await tell('three')
    await flush()
    await flush()
    assert.equal(err(), '\r\u001b[Kone\r\u001b[Ktwo, which \r\u001b[Ka warning\n\r\u001b[Kthree\r\u001b[K')
  })

  it('tells progress on a line each where there is no terminal', async () => {
    const { tell, flush, err } = printer({})
    await tell('one')
    await tell('two')
    await flush()
    assert.equal(err(), 'one\ntwo\n')
  })

  it('says of a state what a cloud sent, without what would command the terminal', async () => {
    const { tell, err } = printer({ isTerminal: true, columns: 0 })
    await tell('i-1: \u001b[2Jrunning')
    assert.equal(err(), '\r\u001b[Ki-1: ^[[2Jrunning')
  })
})

describe('The format', () => {
  it('is what the command line says, else the variable, else text', () => {
    assert.equal(formatOf({}, {}), 'text')
    assert.equal(formatOf({}, { MALLEE_FORMAT: '' }), 'text')
    assert.equal(formatOf({}, { MALLEE_FORMAT: 'table' }), 'table')
    assert.equal(formatOf({ outputFormat: 'text' }, { MALLEE_FORMAT: 'table' }), 'text')
    assert.equal(formatOf({ json: true }, { MALLEE_FORMAT: 'table' }), 'json')
    assert.equal(formatOf({ json: true, outputFormat: 'json' }, {}), 'json')
  })

  it('is refused where it is none, or two', () => {
    assert.throws(() => formatOf({}, { MALLEE_FORMAT: 'JSON' }), {
      message: "MALLEE_FORMAT must be one of text, table, json, and not 'JSON'",
    })
    assert.throws(() => formatOf({ json: true, outputFormat: 'text' }, {}), { name: 'UsageError' })
  })
})
