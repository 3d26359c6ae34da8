// SPDX-License-Identifier: BSD-2-Clause
// examples/console-stack.sh as its reader runs it: the built tools on the path, a server, real time.
import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type ServedCloud, serveCloud, type Workplace, workplace } from '../support/built'
import { need, run } from '../support/programs'
import { until } from '../support/until'

const script = resolve(__dirname, '../../examples/console-stack.sh')

describe('The script that makes the stack of the console', () => {
  let place: Workplace
  let served: ServedCloud
  let env: Record<string, string>

  before(async function () {
    need(this, 'bash', 'curl', 'openssl')
    place = workplace()
    served = await serveCloud(place)
    env = {
      ...served.env,
      PATH: `${place.tools}:${process.env.PATH}`,
      HOME: place.folder,
      MALLEE_HOME: place.home,
    }
    await tool('euca-create-keypair', 'key')
    env.SSH_KEY = 'key'
    env.IMAGE_ID =
      (await tool('eustore-install-image', '-i', '4286857429', '-b', 'images')).split(' ').pop() ?? ''
  })
  after(() => place?.close())

  const tool = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await place.run(words, { env: served.env })
    assert.equal(status, 0, stderr)
    return stdout.trim()
  }
  const make = (...words: string[]) => run('bash', [script, ...words], { cwd: place.folder, env })
  const pageOf = async (url: string): Promise<string> => {
    const names = (await tool('mallee', 'hosts', '--curl')).split(/\s+/)
    return (await run('curl', ['-sS', '--cacert', 'console-stack.crt', ...names, url], { cwd: place.folder }))
      .stdout
  }

  it('says what it wants to know', async () => {
    const { status, stderr } = await make()
    assert.equal(status, 2)
    assert.match(stderr, /^console-stack\.sh: set CLOUD_IP or give its option\nusage: /)
  })

  it('keeps no cookie key that the template refuses', async () => {
    const { status, stderr } = await make('--cloud-ip', '127.0.0.1', '--cookie-key', 'short')
    assert.equal(status, 2)
    assert.equal(stderr, 'console-stack.sh: the cookie key has to have 32 to 128 letters and digits\n')
    assert.ok(!existsSync(join(place.folder, 'console-stack.cookie-key')))
  })

  it('tells what OpenSSL thinks of a subject', async () => {
    const { status, stderr } = await make('--cloud-ip', '127.0.0.1', '--subject', 'nonsense')
    assert.equal(status, 1)
    assert.match(stderr, /subject/i)
  })

  it('tells why a stack could not be made', async () => {
    const { status, stderr } = await make('--cloud-ip', '127.0.0.1', '--key', 'nosuch')
    assert.equal(status, 1)
    assert.match(
      stderr,
      /nosuch .* does not exist: must be the name of a key pair that exists in this account$/m,
    )
  })

  // The stack that could not be made is still there when this begins, and gives way.
  it('makes it, changes it, leaves it as it is, and removes it', async () => {
    const made = await make('--cloud-ip', '127.0.0.1')
    assert.equal(made.status, 0, made.stderr)
    const [, url = ''] = /^OUTPUT\tURL\t(https:\/\/.*\.lb\.eucalyptus\.internal)$/m.exec(made.stdout) ?? []
    assert.equal(statSync(join(place.folder, 'console-stack.pem')).mode & 0o777, 0o600)
    await until(async () => (await pageOf(url)).includes('<h1>Management Console</h1>'))
    const again = await make('--cloud-ip', '127.0.0.1')
    assert.equal(again.status, 0, again.stderr)
    assert.ok(again.stdout.includes(`OUTPUT\tURL\t${url}\n`))
    const elsewhere = await make('--cloud-ip', '127.0.0.1', '--folder', 'other')
    assert.equal(elsewhere.status, 2)
    assert.match(elsewhere.stderr, /^console-stack\.sh: other has no console-stack\.cookie-key: /)
    const more = await make('--cloud-ip', '127.0.0.1', '--consoles', '2')
    assert.equal(more.status, 0, more.stderr)
    assert.match(await tool('euscale-describe-auto-scaling-groups'), /\t1\t3\t2\tDefault$/m)
    const removed = await make('--delete')
    assert.equal(removed.status, 0, removed.stderr)
    const left = [
      'euform-describe-stacks',
      'eulb-describe-lbs',
      'euscale-describe-auto-scaling-groups',
      'euare-servercertlistbypath',
    ]
    for (const name of left) assert.equal(await tool(name), '')
    assert.equal(await tool('mallee', 'hosts'), '')
  })
})
