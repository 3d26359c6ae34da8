// SPDX-License-Identifier: BSD-2-Clause
// Standard streams that are full, closed, or that nobody reads any more.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Workplace, workplace } from '../support/built'

describe('standard output', () => {
  let place: Workplace
  before(async () => {
    place = workplace()
    for (let n = 0; n < 3; n++) await place.run(['euca-create-group', '-d', 'd', `group-${n}`])
  })
  after(() => place.close())

  it('that is full is an error', async function () {
    if (!existsSync('/dev/full')) this.skip()
    for (const line of [
      'euca-describe-groups',
      'euca-describe-groups --json',
      'euca-describe-groups --help',
      'mallee status',
      'mallee help',
      'mallee euca --help',
      'eustore-describe-images',
      'euca-generate-environment-config',
    ]) {
      const words = line.split(' ')
      const full = openSync('/dev/full', 'w')
      const { status, stderr } = await place.run(words, { stdio: ['ignore', full, 'pipe'] })
      assert.equal(status, 1, line)
      assert.match(stderr, /^[a-z -]+: error: No space left on device\n$/, line)
    }
  })

  it('that nobody reads ends a tool quietly', async () => {
    for (const line of [
      'euca-describe-groups',
      'mallee help',
      'euca-run-instances --help',
      'mallee status',
    ]) {
      const { child, ended } = place.start(line.split(' '))
      child.stdout?.destroy()
      const { status, stderr } = await ended
      assert.deepEqual({ status, stderr }, { status: 141, stderr: '' }, line)
    }
  })

  it('that nobody reads any more ends an image on its way, and keeps a served cloud going', async () => {
    writeFileSync(join(place.folder, 'image'), Buffer.alloc(3 * 1024 * 1024, 'image '))
    const secret = ['--enc-key', '0'.repeat(32), '--enc-iv', '0'.repeat(32)]
    const parts = execFileSync(
      'sh',
      ['-c', 'tar cf - image | gzip | openssl enc -aes-128-cbc -K $0 -iv $0', '0'.repeat(32)],
      { cwd: place.folder },
    )
    const { child, ended } = place.start(['euca-unbundle-stream', ...secret], { input: parts })
    child.stdout?.once('data', () => child.stdout?.destroy())
    assert.deepEqual((await ended).status, 141)
    const server = place.start(['mallee', 'serve', '--port', '0', '--dns-port', 'none'])
    const endpoint = await server.said(/^Serving .* at (\S+)$/m)
    server.child.stdout?.destroy()
    assert.equal((await fetch(`${endpoint}/services/compute`)).status, 403)
    server.child.kill('SIGTERM')
    assert.deepEqual((await server.ended).status, 0)
  })

  it('and input may be closed altogether', async () => {
    const groups = await place.run(['euca-describe-groups'])
    const closed = await place.run(['euca-describe-groups'], { stdio: ['ignore', 'ignore', 'pipe'] })
    assert.deepEqual({ status: closed.status, stderr: closed.stderr }, { status: 0, stderr: '' })
    assert.equal(groups.status, 0)
    for (const tool of [
      ['euca-bundle-image', '-i', '-', '--image-size', '10', '-p', 'p', '-r', 'x86_64'],
      ['euca-unbundle-stream', '--enc-key', '0', '--enc-iv', '0'],
      ['euca-import-keypair', '-f', '-', 'key'],
    ]) {
      const { status, stderr } = await place.run(tool, { stdio: ['ignore', 'pipe', 'pipe'] })
      assert.equal(status, 1, `${tool[0]}: ${stderr}`)
      assert.match(stderr, /^[a-z-]+: error[ :].*\n$/)
    }
  })
})
