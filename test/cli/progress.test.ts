// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { barMeter, porcelainMeter } from '../../src/cli/progress'

describe('Progress', () => {
  const shown = (stream: PassThrough) => String(stream.read() ?? '')

  it('is counted at the start, at most every tenth of a second, and at the end', () => {
    const out = new PassThrough()
    let time = 0
    const meter = porcelainMeter(out, () => time, 'Bundling image', 100)
    for (const [at, done] of [
      [50, 10],
      [99, 20],
      [100, 30],
      [150, 40],
      [210, 50],
      [220, 100],
    ] as const) {
      time = at
      meter.update(done)
    }
    meter.stop()
    assert.equal(shown(out), [0, 30, 50, 100].map(done => `Bundling image ${done}/100\n`).join(''))
  })

  it('leaves out a label and a total that are not known, and says the end once', () => {
    const out = new PassThrough()
    const meter = porcelainMeter(out, () => 0, '')
    meter.update(7)
    meter.stop()
    meter.stop()
    assert.equal(shown(out), '0\n7\n')
  })

  it('draws a bar that reaches its end', () => {
    const out = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 80,
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
    })
    const meter = barMeter(out, 'disk.img', 2048)
    meter.update(2048)
    meter.stop()
    assert.match(shown(out), /disk\.img 100% \[=+\] 2\.0 KiB/)
  })
})
