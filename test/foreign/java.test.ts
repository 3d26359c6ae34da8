// SPDX-License-Identifier: BSD-2-Clause
// A Java program that signs as the library typica did, and trusts only the key store of the credentials.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { run as runTool } from '../cli/process'
import { type Finished, need, program, run, succeeded } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const source = resolve(__dirname, 'java/DescribeImages.java')

describe('a Java program of the old days', () => {
  let cloud: ServedCloud
  let classes: string
  let images: string[]

  before(async function () {
    need(this, 'java', 'javac', 'keytool', 'bash')
    cloud = await servedCloud()
    classes = join(cloud.work, 'classes')
    mkdirSync(classes)
    succeeded(await run('javac', ['-d', classes, source]), 'javac')
    const installed = await runTool(['eustore-install-image', '-i', '4286857429', '-b', 'old', '--json'], {
      cwd: cloud.work,
      home: cloud.work,
      env: { MALLEE_HOME: cloud.home },
    })
    assert.equal(installed.status, 0, installed.stderr)
    const { imageId, kernelId, ramdiskId } = JSON.parse(installed.stdout)
    images = [imageId, kernelId, ramdiskId]
  })
  after(() => cloud?.close())

  interface Wish {
    readonly signatureVersion?: string
    readonly algorithm?: string
    readonly method?: string
    readonly version?: string
    readonly secret?: string
    /** What goes before the class, as the shell reads it. */
    readonly options?: string
    readonly scheme?: string
    readonly host?: string
  }

  /** As a user would: the variables of the eucarc, and these alone. */
  const java = (wish: Wish = {}): Promise<Finished> => {
    const { signatureVersion = '2', algorithm = 'HmacSHA256', method = 'GET', version = '2010-08-31' } = wish
    const {
      options = '$EC2_JVM_ARGS',
      scheme = 'https',
      host = '127.0.0.1',
      secret = '$EC2_SECRET_KEY',
    } = wish
    const url = `${scheme}://${host}:${cloud.port}/services/Eucalyptus`
    const script = `. '${dirname(cloud.files.cloudCertificate)}/eucarc' && exec java ${options} -cp '${classes}' DescribeImages \
      '${url}' "$EC2_ACCESS_KEY" "${secret}" ${signatureVersion} ${algorithm} ${method} ${version}`
    return run('bash', ['-c', script], { env: { HOME: cloud.work }, cwd: cloud.work })
  }

  it('is answered over HTTPS when it has the key store that EC2_JVM_ARGS names', async () => {
    for (const algorithm of ['HmacSHA1', 'HmacSHA256']) {
      for (const method of ['GET', 'POST']) {
        const { stdout } = succeeded(await java({ algorithm, method }), `${algorithm} ${method}`)
        const [namespace, ...lines] = stdout.trimEnd().split('\n')
        assert.equal(namespace, 'http://ec2.amazonaws.com/doc/2010-08-31/')
        assert.deepEqual(lines.sort(), images.map(id => `IMAGE ${id}`).sort())
      }
    }
  })

  it('calls the server by its name, too, and asks in any version', async () => {
    const { stdout } = succeeded(await java({ host: 'localhost', version: '2006-10-01' }), 'java')
    assert.match(stdout, /^http:\/\/ec2\.amazonaws\.com\/doc\/2006-10-01\/\nIMAGE /)
  })

  it('finds the peer not authenticated without that key store', async () => {
    const { status, stderr, stdout } = await java({ options: '' })
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, /SSLPeerUnverifiedException: peer not authenticated/)
  })

  it('is told that the first version of signatures is not supported, and that a wrong one is wrong', async () => {
    const first = await java({ signatureVersion: '1' })
    assert.deepEqual([first.status, first.stdout], [1, '(403 Forbidden) Unsupported signature version 1\n'])
    const wrong = await java({ secret: 'another', scheme: 'http', options: '' })
    assert.deepEqual([wrong.status, wrong.stdout], [1, '(403 Forbidden) Signature validation failed\n'])
  })

  it('has a key store that its own tools can read', async () => {
    const keytool = program('keytool', { env: cloud.env })
    const store = join(dirname(cloud.files.cloudCertificate), 'jssecacerts')
    const listed = await keytool`-list -v -keystore ${store} -storepass changeit`
    assert.match(listed, /Keystore type: JKS/)
    assert.match(listed, /Alias name: eucalyptus/)
    assert.match(listed, /Entry type: trustedCertEntry/)
    const openssl = program('openssl')
    const printed = await openssl`x509 -in ${cloud.files.cloudCertificate} -noout -fingerprint -sha256`
    assert.ok(listed.includes(printed.slice(printed.indexOf('=') + 1)), listed)
    assert.notEqual((await keytool.outcome`-list -keystore ${store} -storepass changeme`).status, 0)
  })
})
