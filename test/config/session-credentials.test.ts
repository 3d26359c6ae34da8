// SPDX-License-Identifier: BSD-2-Clause
// Temporary credentials, as euare-assumerole exports them: all of them are used or none, and nothing of them is left beside
// credentials from elsewhere.
import assert from 'node:assert/strict'
import { sessionVariables } from '../../src/cli/euare/assumed-role'
import { type Folder, newFolder } from './folder'

const session = { keyId: 'SESSION', secret: 's1', token: 'TOKEN', account: '2' }
const expiration = '2014-02-16T13:00:00Z'

/** An environment in which a shell has evaluated these lines. */
const evaluated = (
  env: Readonly<Record<string, string>>,
  lines: readonly string[],
): Record<string, string> => {
  const after: Record<string, string> = { ...env }
  for (const line of lines) {
    const [, name = '', value] = /^(?:unset )?(\w+)(?:=(.*); export \w+)?;$/.exec(line) ?? []
    if (value === undefined) delete after[name]
    else after[name] = value
  }
  return after
}

/** What sourcing a cloud's eucarc sets. */
const eucarc = {
  EC2_ACCESS_KEY: 'OWN',
  EC2_SECRET_KEY: 's0',
  AWS_ACCESS_KEY: 'OWN',
  AWS_SECRET_KEY: 's0',
  AWS_CREDENTIAL_FILE: '/keys/iamrc',
  EC2_USER_ID: '1',
  EC2_URL: 'http://cloud:8773/services/compute',
}

const exported = evaluated(eucarc, sessionVariables('sh', { ...session, expiration }))

describe('An exported session', () => {
  let folder: Folder
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  it('takes the place of what an eucarc set', () => {
    const settings = folder.settings(exported)
    assert.deepEqual(settings.credentials(), {
      accessKeyId: 'SESSION',
      secretKey: 's1',
      token: 'TOKEN',
      expiration,
    })
    assert.equal(settings.accountId(), '2')
    assert.equal(settings.mode, 'remote')
  })

  it('ends when it says', () => {
    const later = folder.settings(exported, {}, Date.parse(expiration) + 1)
    assert.throws(() => later.credentials(), /credentials have expired/)
  })

  it('is the same under today’s name of its token alone', () => {
    const { AWS_SECURITY_TOKEN: _, ...rest } = exported
    assert.equal(folder.settings(rest).credentials().token, 'TOKEN')
  })

  it('gives nothing to keys from the command line, not even its end', () => {
    const options = { accessKeyId: 'GIVEN', secretKey: 's2' }
    const later = folder.settings(exported, options, Date.parse(expiration) + 1)
    assert.deepEqual(later.credentials(), { accessKeyId: 'GIVEN', secretKey: 's2' })
  })

  it('gives nothing to other sources when it has lost its secret', () => {
    folder.write('home/.euca/x.ini', '[user me]\nkey-id = MINE\nsecret-key = s3\n')
    const { AWS_SECRET_ACCESS_KEY: _, AWS_SECRET_KEY: __, ...half } = exported
    const options = { region: 'me@' }
    assert.deepEqual(folder.settings(half, options).credentials(), { accessKeyId: 'MINE', secretKey: 's3' })
    const iamrc = folder.write('iamrc', 'AWSAccessKeyId=FILE\nAWSSecretKey=s4\n')
    assert.deepEqual(folder.settings({ ...half, AWS_CREDENTIAL_FILE: iamrc }, options).credentials(), {
      accessKeyId: 'FILE',
      secretKey: 's4',
    })
  })

  it('leaves nothing behind when the role is released', () => {
    const released = evaluated(exported, sessionVariables('sh'))
    assert.deepEqual(released, { EC2_URL: eucarc.EC2_URL })
    assert.throws(() => folder.settings(released).credentials(), /missing access key ID/)
  })
  describe('of the embedded cloud', () => {
    const own = evaluated({}, sessionVariables('sh', { ...session, expiration, isEmbedded: true }))

    it('leaves the tools with that cloud', () => {
      const settings = folder.settings(own)
      assert.equal(settings.mode, 'embedded')
      assert.equal(settings.credentials().token, 'TOKEN')
      assert.throws(
        () => folder.settings(own, {}, Date.parse(expiration) + 1).credentials(),
        /credentials have expired/,
      )
    })

    it('is none where another cloud is chosen, or other keys are set', () => {
      assert.equal(folder.settings({ ...own, EC2_URL: eucarc.EC2_URL }).mode, 'remote')
      assert.equal(folder.settings({ ...own, AWS_ACCESS_KEY_ID: 'OTHER' }).mode, 'remote')
      assert.equal(folder.settings(own, { accessKeyId: 'GIVEN', secretKey: 's2' }).mode, 'remote')
      const { AWS_SECRET_ACCESS_KEY: _, ...half } = own
      assert.equal(folder.settings(half).mode, 'remote')
    })

    it('leaves the administrator when the role is released', () => {
      const released = evaluated(own, sessionVariables('sh'))
      assert.equal(folder.settings(released).mode, 'embedded')
      assert.throws(() => folder.settings(released).credentials(), /has no credentials of its administrator/)
    })
  })
})
