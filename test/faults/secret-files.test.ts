// SPDX-License-Identifier: BSD-2-Clause
// Keys and certificates that are written where there is no room for them, or to what is no file.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ServedCloud, serveCloud, type Workplace, workplace } from '../support/built'

const limited = ['prlimit', '--fsize=1000']
const hasLimits = spawnSync('prlimit', ['--version']).status === 0

describe('files of keys', () => {
  let place: Workplace
  let served: ServedCloud
  before(async () => {
    place = workplace()
    served = await serveCloud(place)
  })
  after(async () => {
    served.server.child.kill('SIGTERM')
    await served.server.ended
    await place.close()
  })

  const run = (line: string, under: readonly string[] = []) =>
    place.run(line.split(' '), { env: served.env, under })
  const certificates = async (): Promise<string[]> =>
    (await run('euare-userlistcerts')).stdout.split('\n').filter(Boolean)

  it('are found to have no room before a certificate is made, and are not left behind', async function () {
    if (!hasLimits) this.skip()
    const before = await certificates()
    for (const words of ['--keyout full.pem', '--out full.crt --keyout full.pem']) {
      const { status, stderr } = await run(`euare-usercreatecert ${words}`, limited)
      assert.deepEqual(
        [status, stderr],
        [1, 'euare-usercreatecert: error: File too large: full.pem\n'],
        words,
      )
    }
    assert.deepEqual(await certificates(), before)
    assert.equal(existsSync(join(place.folder, 'full.pem')), false)
  })

  it('are found to have no room before a key pair is made', async function () {
    if (!hasLimits) this.skip()
    const { status, stderr } = await run('euca-create-keypair -f full.pem full', limited)
    assert.deepEqual([status, stderr], [1, 'euca-create-keypair: error: File too large: full.pem\n'])
    assert.equal((await run('euca-describe-keypairs')).stdout, '')
  })

  it('are named when a certificate of a server has no room, and none is left', async function () {
    if (!hasLimits) this.skip()
    const { status, stderr } = await run('mallee certificate --self-signed -s full', limited)
    assert.deepEqual([status, stderr], [1, 'mallee certificate: error: File too large: full.pem\n'])
    assert.deepEqual(
      readdirSync(place.folder).filter(name => name.startsWith('full')),
      [],
    )
  })

  it('may be pipes', async () => {
    const { status, stdout, stderr } = await run(
      'euare-usercreatecert --keyout /dev/stdout --out my.crt',
      // Standard output of a tool that a test starts is a socket, which nobody can open by a name.
      ['sh', '-c', '"$@" | cat', 'sh'],
    )
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /^-----BEGIN PRIVATE KEY-----\n[^-]+-----END PRIVATE KEY-----\n[A-Z0-9]+\n$/)
    assert.match(
      readFileSync(join(place.folder, 'my.crt'), 'utf8'),
      /^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/,
    )
  })

  it('do not take the place of a device or of a link', async () => {
    writeFileSync(join(place.folder, 'old.pem'), 'old')
    symlinkSync('old.pem', join(place.folder, 'link.pem'))
    symlinkSync('/dev/null', join(place.folder, 'nothing'))
    const { status, stderr } = await run(
      'mallee certificate --self-signed -s linked --key link.pem --out nothing --force',
    )
    assert.deepEqual([status, stderr], [0, ''])
    for (const name of ['link.pem', 'nothing']) assert(lstatSync(join(place.folder, name)).isSymbolicLink())
    assert.match(readFileSync(join(place.folder, 'old.pem'), 'utf8'), /^-----BEGIN RSA PRIVATE KEY-----/)
  })
})
