// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { Interruption } from '../../src/cli/context'
import { recorder } from '../commands/recorder'
import { loader, run } from './process'

const names = '<R><keySet><item><keyName>k</keyName><keyFingerprint>aa</keyFingerprint></item></keySet></R>'
const refusal = (code: string, message: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`

describe('A tool', () => {
  it('prints the whole result as JSON when asked', async () => {
    const service = await recorder(() => names)
    const { stdout, status } = await service.tool(['euca-describe-keypairs', '--json'])
    await service.close()
    assert.equal(status, 0)
    assert.deepEqual(JSON.parse(stdout), { KeyPairs: [{ KeyName: 'k', KeyFingerprint: 'aa' }] })
  })

  it("prints a refusal with the service's own code, and a stack only with --debug", async () => {
    const service = await recorder(() => ({
      status: 400,
      body: refusal('InvalidKeyPair.NotFound', 'no such key'),
    }))
    const plain = await service.tool(['euca-describe-keypairs', 'k'])
    const debug = await service.tool(['euca-describe-keypairs', '--debug', 'k'])
    await service.close()
    assert.equal(plain.stderr, 'euca-describe-keypairs: error (InvalidKeyPair.NotFound): no such key\n')
    assert.equal(plain.status, 1)
    assert.match(
      debug.stderr,
      /euca-describe-keypairs: error \(InvalidKeyPair.NotFound\): no such key\nServiceError: /,
    )
    assert.doesNotMatch(debug.stderr, /secret/)
  })

  it('takes a status alone for a code', async () => {
    const service = await recorder(() => ({ status: 409, body: '<html><body>busy</body></html>' }))
    const { stderr } = await service.tool(['euca-describe-keypairs'])
    await service.close()
    assert.equal(stderr, 'euca-describe-keypairs: error (409): Conflict\n')
  })

  it('sends nothing when its options are wrong', async () => {
    const service = await recorder()
    const { status, stdout } = await service.tool(['euca-describe-keypairs', '--bogus'])
    await service.close()
    assert.equal(status, 2)
    assert.equal(stdout, '')
    assert.deepEqual(service.requests, [])
  })

  it('ends quietly when nobody reads what it prints', async () => {
    const broken = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', errno: -32 })),
    }).on('error', () => {})
    const service = await recorder(() => names)
    const { status, stderr } = await service.tool(['euca-describe-keypairs'], '', { stdout: broken })
    await service.close()
    assert.equal(stderr, '')
    assert.equal(status, 141)
  })

  it('ends at once, without a word, when it is interrupted while it waits', async () => {
    await loader
    const asked: (() => void)[] = []
    const silent = createServer(() => asked.shift()?.())
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    for (const [signal, expected] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const ending = new AbortController()
      asked.push(() => ending.abort(new Interruption(signal, expected)))
      const { status, stdout, stderr } = await run(['euca-describe-keypairs'], {
        env: {
          EC2_URL: `http://127.0.0.1:${port}/`,
          AWS_ACCESS_KEY: 'A',
          AWS_SECRET_KEY: 'B',
          EUCA_CONFIG_PATH: '',
        },
        signal: ending.signal,
      })
      assert.deepEqual([status, stdout, stderr], [expected, '', ''])
    }
    silent.closeAllConnections()
    await new Promise(resolve => silent.close(resolve))
  })

  it('is found by its name, by its two words, and by its whole name after mallee', async () => {
    for (const argv of [
      ['/usr/bin/euca-version'],
      ['mallee', 'euca', 'version'],
      ['mallee', 'euca-version'],
      ['/x/run.js', 'euca', 'version'],
    ]) {
      assert.match((await run(argv)).stderr, /^euca2ools /, argv.join(' '))
    }
  })

  it('is not found outside its folder', async () => {
    for (const argv of [['mallee', '../cli', 'execute'], ['mallee', 'constructor'], ['euca-toString']]) {
      const { status, stderr } = await run(argv)
      assert.equal(status, 2)
      assert.match(stderr, /no such command/)
    }
  })

  it('tells its version only when asked for nothing else', async () => {
    const { stdout, stderr, status } = await run(['euca-version', '--whatever', '-x'])
    assert.match(stderr, /^euca2ools 3\.4\.1 \(mallee \d+\.\d+\.\d+\)\n/)
    assert.deepEqual([stdout, status], ['', 0])
    const help = await run(['euca-version', 'x', '-h'])
    assert.match(help.stdout, /^usage: euca-version/)
    assert.equal(help.stderr, '')
  })
})
