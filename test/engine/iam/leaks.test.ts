// SPDX-License-Identifier: BSD-2-Clause
// What is secret is told to whom it is for, once, and appears nowhere else.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { redacted, redactedUrl } from '../../../src/clients/redaction'
import { Stage } from '../../support/stage'

const password = 'correct-horse-battery'

describe('secrets', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await Stage.open('vpc')
  })
  afterEach(() => stage.close())

  const secrets = (): string[] =>
    stage.cloud.engine.read(tx => [
      ...tx.accessKeys.list().map(({ secret }) => secret),
      ...tx.sessions.list().map(({ secret }) => secret),
      ...tx.signingCertificates
        .everywhere()
        .flatMap(({ privateKey = '' }) => privateKey.split('\n')[1] ?? []),
      tx.cloudIdentity.must('cloud').privateKey.split('\n')[1] ?? '',
      password,
    ])

  const told = (text: string | Buffer): string[] => secrets().filter(secret => text.includes(secret))

  const lines = [
    'euare-usercreate --debug -u bob -k -g none',
    'euare-usercreate --debug -u bob -k',
    'euare-useraddkey --debug -u bob',
    `euare-useraddloginprofile --debug -u bob -p ${password}`,
    `euare-usermodloginprofile --debug -u bob -p ${password}`,
    `euare-useraddloginprofile --debug -u bob -p ${password}`,
    `euare-useraddloginprofile --debug -u nobody -p ${password}`,
    'euare-usercreatecert --debug -u bob',
    'euca-create-keypair --debug mine',
  ]

  it('are in no line of a debug log', async () => {
    const logs: string[] = []
    for (const line of lines) {
      const { stderr } = await stage.perform(line)
      logs.push(stderr)
      assert.deepEqual(told(stderr), [], line)
      assert.doesNotMatch(stderr, /BEGIN RSA PRIVATE KEY/, line)
      // Nor what a password could be guessed by.
      assert.doesNotMatch(stderr, /sha256: [0-9a-f]/, line)
    }
    assert.match(logs.join(''), /<SecretAccessKey><redacted><.*<PrivateKey><redacted></s)
    assert.ok(secrets().length > 4)
  })

  it('are in no file of the cloud but the key that seals them and what credentials were written to', async () => {
    for (const line of lines) await stage.perform(line)
    const { home } = stage.cloud
    const files = readdirSync(home, { recursive: true }).map(String)
    for (const file of files.filter(name => !name.startsWith('credentials'))) {
      const path = join(home, file)
      if (statSync(path).isFile()) assert.deepEqual(told(readFileSync(path)), [], file)
    }
    for (const file of files.filter(name => name.startsWith('credentials'))) {
      assert.equal(statSync(join(home, file)).mode & 0o077, 0, file)
    }
    assert.equal(statSync(join(home, 'secrets.key')).mode & 0o777, 0o600)
  })

  it('are left out of addresses that are logged', () => {
    assert.equal(
      redactedUrl('http://c/b/k?X-Amz-Date=1&X-Amz-Signature=abc&X-Amz-Security-Token=t%2B&x=y'),
      'http://c/b/k?X-Amz-Date=1&X-Amz-Signature=<redacted>&X-Amz-Security-Token=<redacted>&x=y',
    )
    assert.equal(
      redactedUrl('http://c/?SignatureVersion=2&Signature=abc%3D'),
      'http://c/?SignatureVersion=2&Signature=<redacted>',
    )
  })

  it('are left out of answers that are logged, whatever else these hold', () => {
    assert.equal(
      redacted('<A><UserName>bob</UserName><SecretAccessKey>s/+</SecretAccessKey><B/></A>'),
      '<A><UserName>bob</UserName><SecretAccessKey><redacted></SecretAccessKey><B/></A>',
    )
    assert.equal(redacted('<PrivateKey>a\nb</PrivateKey>'), '<PrivateKey><redacted></PrivateKey>')
    assert.equal(redacted('<SecretAccessKey/><Status>x</Status>'), '<SecretAccessKey/><Status>x</Status>')
  })
})
