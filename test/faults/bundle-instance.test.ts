// SPDX-License-Identifier: BSD-2-Clause
// Instances that are bundled by servers that are killed, or whose disk is full: there is a whole bundle or none.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chance, type ServedCloud, serveCloud, type Workplace, workplace } from '../support/built'
import { until } from '../support/until'

const mib = 2 ** 20
const hasLimits = spawnSync('prlimit', ['--version']).status === 0

const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(24 * mib))

describe('an instance that is bundled', () => {
  let place: Workplace
  let served: ServedCloud
  let instance: string

  const tool = async (line: string) => {
    const { status, stdout, stderr } = await place.run(line.split(' '), { env: served.env })
    assert.deepEqual([status, stderr], [0, ''], line)
    return stdout
  }
  const states = async (): Promise<readonly string[]> =>
    [...(await tool('euca-describe-bundle-tasks')).matchAll(/\t([a-z]+)\t\d+%/g)].map(
      ([, state = '']) => state,
    )
  const again = async (signal: 'SIGKILL' | 'SIGTERM', under?: readonly string[]) => {
    served.server.child.kill(signal)
    await served.server.ended
    served = await serveCloud(place, under && { under })
  }
  const staged = () => readdirSync(join(place.home, 'staging'))

  beforeEach(async () => {
    place = workplace()
    writeFileSync(join(place.folder, 'image'), noise)
    served = await serveCloud(place)
    const kind = '--virtualization-type hvm'
    const installed = await tool(`euca-install-image -n image -i image -r x86_64 -b images ${kind}`)
    const run = await tool(`euca-run-instances ${installed.trim().split('\t')[1]}`)
    instance = /\ti-\w+/.exec(run)?.[0].trim() ?? ''
    await until(async () => (await tool('euca-describe-instances')).includes('\trunning\t'))
  })
  afterEach(() => place.close())

  it('by servers that are killed is bundled in the end, once and whole', async () => {
    const draw = chance(1999)
    await tool(`euca-bundle-instance ${instance} -b bundles -p mine`)
    for (let round = 0; round < 3; round++) {
      await pause(draw(250))
      await again('SIGKILL')
    }
    await until(async () => (await states()).join() === 'complete')
    await tool('euca-download-and-unbundle -b bundles -p mine -d mine.img')
    assert.ok(readFileSync(join(place.folder, 'mine.img')).equals(noise))
    assert.deepEqual(staged(), [])
  })

  it('and cancelled while servers are killed leaves nothing', async () => {
    const draw = chance(42)
    for (let round = 0; round < 2; round++) {
      await tool(`euca-bundle-instance ${instance} -b bundles -p mine`)
      await pause(draw(100))
      if (round % 2 === 0) await again('SIGKILL')
      const words = ['euca-cancel-bundle-task', instance.replace('i-', 'bun-')]
      const { status, stderr } = await place.run(words, { env: served.env })
      if (round % 2 === 1) await again('SIGKILL')
      if (status !== 0) assert.match(stderr, /\(InvalidState\): .* is complete$/m)
      await until(async () => /^(cancelled|complete)$/.test((await states()).join()))
      if (status === 0) {
        const { stderr } = await place.run(['euca-delete-bundle', '-b', 'bundles', '-p', 'mine'], {
          env: served.env,
        })
        assert.match(stderr, /manifest .* does not exist|NoSuchBucket/)
      } else await tool('euca-delete-bundle -b bundles -p mine --clear')
      assert.deepEqual(staged(), [])
    }
  })

  it('where the disk is full fails in words, leaves nothing, and is bundled when there is room', async function () {
    if (!hasLimits) this.skip()
    await again('SIGTERM', ['prlimit', `--fsize=${4 * mib}`])
    await tool(`euca-bundle-instance ${instance} -b bundles -p mine`)
    await until(async () => (await states()).join() === 'failed')
    const said = JSON.parse(await tool('euca-describe-bundle-tasks --json'))
    assert.deepEqual(said.BundleTasks[0].BundleTaskError, {
      Code: 'Server.InsufficientStorage',
      Message: 'There is no space left for the bundle.',
    })
    assert.deepEqual(staged(), [])
    await again('SIGTERM')
    await tool(`euca-bundle-instance ${instance} -b bundles -p mine`)
    await until(async () => (await states()).join() === 'complete')
  })
})
