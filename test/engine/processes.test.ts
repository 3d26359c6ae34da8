// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { isRunning, processOf, thisProcess } from '../../src/engine/processes'
import { until } from '../support/until'

describe('a process', () => {
  it('is told from one that had its number before', () => {
    assert.ok(isRunning(thisProcess))
    const { pid, started } = thisProcess
    assert.ok(started === '' || !isRunning({ pid, started: String(Number(started) - 1) }))
    assert.ok(!isRunning({ pid: 999_999_999, started }))
  })

  it('is alive when nobody knows since when', () => {
    assert.ok(isRunning({ pid: process.pid, started: '' }))
  })

  it('is none whose number is no number', () => {
    for (const pid of [0, -1, Number.NaN, 1.5]) assert.equal(processOf(pid), undefined)
  })

  it('is gone when it has ended, though its parent never asked how', async function () {
    if (process.platform !== 'linux') this.skip()
    // The shell starts a child and becomes a program that does not wait for it; only then the child ends.
    const parent = spawn('sh', ['-c', 'exec 3<&0; (read line <&3) & echo $!; exec sleep 30'])
    try {
      const [line] = await once(parent.stdout, 'data')
      const pid = Number(String(line).trim())
      await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n')
      parent.stdin.end()
      await until(() => processOf(pid) === undefined)
      process.kill(pid, 0)
      assert.equal(processOf(pid), undefined)
    } finally {
      parent.kill()
    }
  })
})
