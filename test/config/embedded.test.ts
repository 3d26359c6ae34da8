// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type Folder, newFolder } from './folder'

describe('the embedded cloud', () => {
  let folder: Folder
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  const neutral: Record<string, string>[] = [
    {},
    { EUSTORE_URL: 'http://emis.example/' },
    { MALLEE_HOME: '/m' },
    { EC2_USER_ID: '123456789012', EC2_CERT: '/c', EC2_PRIVATE_KEY: '/k', EUCALYPTUS_CERT: '/e' },
    { AWS_AUTH_REGION: 'r' },
    { EC2_URL: '', AWS_ACCESS_KEY: '' },
  ]
  for (const env of neutral)
    it(`is spoken to with ${JSON.stringify(env)} in the environment`, () => {
      assert.equal(folder.settings(env).mode, 'embedded')
    })

  const variables = [
    'EC2_URL',
    'EBS_URL',
    'S3_URL',
    'AWS_IAM_URL',
    'EUARE_URL',
    'TOKEN_URL',
    'EUCA_BOOTSTRAP_URL',
    'AWS_AUTO_SCALING_URL',
    'AWS_CLOUDWATCH_URL',
    'AWS_ELB_URL',
    'EUCA_DEFAULT_REGION',
    'AWS_DEFAULT_REGION',
    'EUCA_REGION',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_KEY',
    'AWS_SECURITY_TOKEN',
    'AWS_CREDENTIAL_FILE',
    'EC2_ACCESS_KEY',
  ]
  for (const name of variables)
    it(`is not spoken to when ${name} alone is set`, () => {
      const settings = folder.settings({ [name]: 'x' })
      assert.equal(settings.mode, 'remote')
      assert.throws(() => settings.endpoint('cloudformation'), /No cloudformation endpoint/)
    })

  for (const option of ['region', 'url', 's3Url', 'accessKeyId', 'securityToken'] as const)
    it(`is not spoken to when the option ${option} alone is given`, () => {
      const other = option === 'accessKeyId' ? { secretKey: 'S' } : {}
      assert.equal(folder.settings({}, { [option]: 'x', ...other }).mode, 'remote')
    })

  it('is not spoken to when a file of the user’s own has a region or a user, or any file a default region', () => {
    folder.write('home/.euca/x.ini', '[global]\ntimeout = 9\n[other]\n')
    assert.equal(folder.settings().mode, 'embedded')
    folder.write('home/.euca/y.ini', '[user u]\n')
    assert.equal(folder.settings().mode, 'remote')
  })

  it('is spoken to although the system knows regions, until one of them is the default', () => {
    folder.write('etc/conf.d/aws.ini', '[region aws:us-east-1]\nec2-url = https://ec2.example/\n')
    assert.equal(folder.settings().mode, 'embedded')
    folder.write('etc/euca2ools.ini', '[global]\ndefault-region = us-east-1\n')
    assert.equal(folder.settings().mode, 'remote')
  })

  it('lives in MALLEE_HOME, else the XDG data folder, else ~/.local/share/mallee', () => {
    assert.equal(folder.settings({ MALLEE_HOME: '/m', XDG_DATA_HOME: '/x' }).malleeHome, '/m')
    assert.equal(folder.settings({ XDG_DATA_HOME: '/x' }).malleeHome, '/x/mallee')
    assert.equal(folder.settings().malleeHome, join(folder.path, 'home/.local/share/mallee'))
  })

  it('has an endpoint for every service, and the administrator’s credentials from its eucarc', () => {
    const settings = folder.settings({ MALLEE_HOME: join(folder.path, 'm') })
    assert.match(settings.endpoint('s3').url, /^http:\/\/127\.0\.0\.1:8773\/services\/objectstorage$/)
    assert.throws(() => settings.credentials(), /has no credentials of its administrator/)
    const pem = folder.write('m/credentials/admin-pk.pem', 'key')
    folder.write(
      'm/credentials/eucarc',
      `EUCA_KEY_DIR=$(cd "$(dirname "$0")" && pwd -P)
export AWS_ACCESS_KEY='AKI'
export AWS_SECRET_KEY='a\${EUCA_KEY_DIR}b'
export EC2_USER_ID='000000000001'
export EC2_PRIVATE_KEY="\${EUCA_KEY_DIR}/admin-pk.pem"
`,
    )
    assert.deepEqual(settings.credentials(), { accessKeyId: 'AKI', secretKey: 'a${EUCA_KEY_DIR}b' })
    assert.equal(settings.accountId(), '000000000001')
    assert.equal(settings.privateKeyForBundling(), pem)
    assert.equal(settings.userCertificate(), undefined)
  })

  it('lends nothing of its own to a cloud that is half configured', () => {
    folder.write('m/credentials/eucarc', "export AWS_ACCESS_KEY='AKI'\nexport AWS_SECRET_KEY='s'\n")
    const settings = folder.settings({ MALLEE_HOME: join(folder.path, 'm'), EC2_URL: 'http://h/' })
    assert.throws(() => settings.credentials(), /missing access key ID/)
    assert.throws(() => settings.endpoint('s3'), /No s3 endpoint/)
  })
})
