// SPDX-License-Identifier: BSD-2-Clause
// The story of docs/story.md, as anyone plays it by `npm run demo`: processes, real time, a real port.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(__dirname, '..')

interface Played {
  readonly status: number | null
  readonly output: string
  /** What it left in its folder for temporary files. */
  readonly left: readonly string[]
}

/** Run the demo, and interrupt it once it has printed `until`. */
const play = async (until?: RegExp): Promise<Played> => {
  const place = mkdtempSync(join(tmpdir(), 'mallee-demo-test-'))
  try {
    const child = spawn(process.execPath, [join(root, 'scripts/demo.mjs')], {
      env: { PATH: process.env.PATH, TMPDIR: place },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
        if (until?.test(output)) child.kill('SIGINT')
      })
    }
    const status = await new Promise<number | null>((done, failed) => {
      child.once('error', failed)
      child.once('close', done)
    })
    return { status, output, left: readdirSync(place) }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

describe('The demo', function () {
  this.timeout(180_000)

  before(() => {
    if (!existsSync(join(root, 'dist/mallee.cjs'))) {
      execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
    }
  })

  it('plays the story both ways, and leaves nothing behind', async () => {
    const { status, output, left } = await play()
    assert.equal(status, 0, output)
    assert.match(output, /# All as it should be, in \d+ seconds\.\n$/)
    assert.deepEqual(left, [])
  })

  it('that is interrupted leaves nothing behind either', async () => {
    const { status, left } = await play(/\$ euca-run-instances/)
    assert.deepEqual({ status, left }, { status: 130, left: [] })
  })
})
