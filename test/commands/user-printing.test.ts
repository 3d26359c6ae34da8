// SPDX-License-Identifier: BSD-2-Clause
// What the tools of users and their keys print of an answer, and configuration files with keys.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loader, run } from '../cli/process'
import { type Answers, answering, lines, outcome } from './answered'

const created =
  '<UserName>bob</UserName><UserId>AID1</UserId><Path>/</Path><Arn>arn:aws:iam::000123456789:user/bob</Arn>'
const key = (user: string) =>
  `<AccessKey>${user}<AccessKeyId>AKI1</AccessKeyId><Status>Active</Status><SecretAccessKey>s/e+c</SecretAccessKey></AccessKey>`
const CreateAccessKey = key('<UserName>bob</UserName>')
const GetUser = `<User>${created}</User>`

describe('Tools of users', () => {
  it('print a new user when asked, and a new key', async () => {
    const answers = { CreateUser: GetUser, CreateAccessKey }
    const arn = 'arn:aws:iam::000123456789:user/bob'
    assert.deepEqual(await lines('euare-usercreate bob', answers), [])
    assert.deepEqual(await lines('euare-usercreate bob -v', answers), [arn, 'AID1'])
    assert.deepEqual(await lines('euare-usercreate bob -k', answers), ['AKI1', 's/e+c'])
    assert.deepEqual(await lines('euare-usercreate bob -v -k', answers), [arn, 'AID1', 'AKI1', 's/e+c'])
    assert.deepEqual(await lines('euare-useraddkey bob', answers), ['AKI1', 's/e+c'])
  })

  it('create no user when the group to verify is not there', async () => {
    const { stderr, requests } = await outcome('euare-usercreate bob -g g --verify', {
      GetGroup: '!NoSuchEntity',
    })
    assert.equal(stderr, 'euare-usercreate: error (NoSuchEntity): No.\n')
    assert.deepEqual(requests, [{ Action: 'GetGroup', GroupName: 'g' }])
  })

  it('print attributes, and empty lines for those that only some clouds have', async () => {
    const arn = 'arn:aws:iam::000123456789:user/bob'
    const extra =
      '<CreateDate>2014-01-01T00:00:00.000Z</CreateDate><Enabled>false</Enabled><RegStatus>CONFIRMED</RegStatus><PasswordExpiration>2014-03-01T00:00:00.000Z</PasswordExpiration>'
    const whole = { GetUser: `<User>${created}${extra}</User>` }
    assert.deepEqual(await lines('euare-usergetattributes', whole), [arn, 'AID1'])
    assert.deepEqual(await lines('euare-usergetattributes --show-extra', whole), [
      arn,
      'AID1',
      '2014-01-01T00:00:00.000Z',
      'false',
      'CONFIRMED',
      '2014-03-01T00:00:00.000Z',
    ])
    assert.deepEqual(await lines('euare-usergetattributes --show-extra', { GetUser }), [
      arn,
      'AID1',
      '',
      '',
      '',
      '',
    ])
  })

  it('print what is noted of a user as records', async () => {
    const GetUserInfo =
      '<Infos><member><Key>email</Key><Value>b@example.org</Value></member><member><Key>k</Key></member></Infos>'
    assert.deepEqual(await lines('euare-usergetinfo', { GetUserInfo }), ['email\tb@example.org', 'k\t'])
    assert.deepEqual(await lines('euare-usergetinfo --show-empty-fields', { GetUserInfo }), [
      'email\tb@example.org',
      'k\t(nil)',
    ])
  })

  it('print users, their groups and their keys, page by page', async () => {
    const page = (items: string, marker = '') =>
      `${items}<IsTruncated>${marker !== ''}</IsTruncated>${marker && `<Marker>${marker}</Marker>`}`
    const arns = (name: string, arn: string, marker?: string) =>
      page(`<${name}><member><Arn>${arn}</Arn></member></${name}>`, marker)
    for (const [typed, action, name] of [
      ['euare-userlistbypath', 'ListUsers', 'Users'],
      ['euare-userlistgroups u', 'ListGroupsForUser', 'Groups'],
    ] as const) {
      const answers = { [action]: arns(name, 'arn:1', 'm'), [`${action} m`]: arns(name, 'arn:2') }
      assert.deepEqual(await lines(typed, answers), ['arn:1', 'arn:2'])
      const none = await outcome(typed, { [action]: `<${name}><member/></${name}>` })
      assert.equal(none.stderr, `${typed.split(' ')[0]}: error: the service's answer lacks Arn\n`)
    }
    const metadata = (id: string, state: string) =>
      `<AccessKeyMetadata><member><AccessKeyId>${id}</AccessKeyId>${state}</member></AccessKeyMetadata>`
    const active = '<Status>Active</Status>'
    assert.deepEqual(
      await lines('euare-userlistkeys', {
        ListAccessKeys: page(metadata('AKI1', active), 'm'),
        'ListAccessKeys m': page(metadata('AKI2', '<Status>Inactive</Status>')),
      }),
      ['AKI1', 'Active', 'AKI2', 'Inactive'],
    )
    const stateless = await outcome('euare-userlistkeys', { ListAccessKeys: page(metadata('AKI1', '')) })
    assert.equal(stateless.stderr, "euare-userlistkeys: error: the service's answer lacks Status\n")
    assert.equal(stateless.status, 1)
  })

  const belongings: Answers = {
    ListAccessKeys: '<AccessKeyMetadata><member><AccessKeyId>AKI1</AccessKeyId></member></AccessKeyMetadata>',
    ListUserPolicies: '<PolicyNames><member>p</member></PolicyNames>',
    ListSigningCertificates:
      '<Certificates><member><CertificateId>C1</CertificateId></member></Certificates>',
    ListGroupsForUser: '<Groups><member><GroupName>g</GroupName><Arn>arn:g</Arn></member></Groups>',
    GetLoginProfile: '<LoginProfile><UserName>bob</UserName></LoginProfile>',
  }
  const questions = [...Object.keys(belongings)]

  it('show what would go with a user, and ask for nothing else', async () => {
    for (const options of ['-p', '-p -r']) {
      const { stdout, requests } = await outcome(`euare-userdel bob ${options}`, belongings)
      assert.equal(stdout, 'accesskeys\n\tAKI1\npolicies\n\tp\ncertificates\n\tC1\ngroups\n\tarn:g\n')
      assert.deepEqual(
        requests.map(({ Action }) => Action),
        questions,
      )
    }
  })

  it('take away what a user has, and then the user', async () => {
    const { status, stdout, requests } = await outcome('euare-userdel bob -r --as-account a', belongings)
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '' })
    const of = { UserName: 'bob', DelegateAccount: 'a' }
    assert.deepEqual(requests, [
      ...questions.map(Action => ({ Action, ...of })),
      { Action: 'DeleteAccessKey', ...of, AccessKeyId: 'AKI1' },
      { Action: 'DeleteUserPolicy', ...of, PolicyName: 'p' },
      { Action: 'DeleteSigningCertificate', ...of, CertificateId: 'C1' },
      { Action: 'RemoveUserFromGroup', ...of, GroupName: 'g' },
      { Action: 'DeleteLoginProfile', ...of },
      { Action: 'DeleteUser', ...of },
    ])
  })

  it('delete a user without a password, and none whose password cannot be asked for', async () => {
    const without = await outcome('euare-userdel bob -r', { GetLoginProfile: '!NoSuchEntity' })
    assert.equal(without.status, 0)
    assert.deepEqual(
      without.requests.map(({ Action }) => Action),
      [...questions, 'DeleteUser'],
    )
    const refused = await outcome('euare-userdel bob -r', { GetLoginProfile: '!NotAuthorized' })
    assert.equal(refused.stderr, 'euare-userdel: error (NotAuthorized): No.\n')
    assert.equal(refused.status, 1)
    assert.deepEqual(
      refused.requests.map(({ Action }) => Action),
      questions,
    )
  })
})

describe('A key as a configuration file', () => {
  const services = [
    'autoscaling',
    'bootstrap',
    'cloudformation',
    'ec2',
    'elasticloadbalancing',
    'iam',
    'monitoring',
    'properties',
    'reporting',
    's3',
    'sts',
  ]
  const urls = (place: string) => services.map(name => `${name}-url = http://${name}.${place}/`)
  const bob = ['key-id = AKI1', 'secret-key = s/e+c', 'account-id = 000123456789', '']

  it('has the services of the domain that is given, on the port of the endpoint', async () => {
    const { stdout, stderr, requests, port } = await outcome(
      'euare-useraddkey bob -w -d cloud.example --as-account a',
      {
        CreateAccessKey,
        GetUser,
      },
    )
    assert.equal(stderr, '')
    assert.deepEqual(stdout.split('\n'), [
      '[region cloud.example]',
      ...urls(`cloud.example:${port}`),
      '',
      '[user 000123456789:bob]',
      ...bob,
      '',
    ])
    assert.deepEqual(requests, [
      { Action: 'CreateAccessKey', UserName: 'bob', DelegateAccount: 'a' },
      { Action: 'GetUser', UserName: 'bob', DelegateAccount: 'a' },
    ])
  })

  it('keeps a port that is given, which is no part of the region’s name', async () => {
    const { stdout } = await outcome('euare-usercreate bob -w -l -d cloud.example:8443', {
      CreateUser: GetUser,
      CreateAccessKey,
      GetUser,
    })
    assert.deepEqual(stdout.split('\n'), [
      '[region cloud.example]',
      ...urls('cloud.example:8443'),
      'user = 000123456789:bob',
      '',
      '[user 000123456789:bob]',
      ...bob,
      '',
    ])
  })

  it('has no region when the endpoint is an address', async () => {
    const account = '<Account><AccountName>x</AccountName><AccountId>000123456789</AccountId></Account>'
    const { stdout, stderr, requests } = await outcome('euare-accountcreate x -w -k -l', {
      CreateAccount: account,
      CreateAccessKey: key('<UserName>admin</UserName>'),
      GetUser,
    })
    assert.equal(
      stderr,
      'euare-accountcreate: warning: no region is written, since 127.0.0.1 tells of no DNS domain; use -d\n',
    )
    assert.deepEqual(stdout.split('\n'), ['[user 000123456789:admin]', ...bob, ''])
    assert.deepEqual(
      requests.map(({ Action, UserName, DelegateAccount }) => [Action, UserName, DelegateAccount]),
      [
        ['CreateAccount', undefined, undefined],
        ['CreateAccessKey', 'admin', '000123456789'],
        ['GetUser', 'admin', '000123456789'],
      ],
    )
  })

  it('has no account when that cannot be read, and root’s name for a user without one', async () => {
    const { status, stdout } = await outcome('euare-useraddkey bob -w -d x', {
      CreateAccessKey: key(''),
      GetUser: '!NotAuthorized',
    })
    assert.equal(status, 0)
    assert.deepEqual(stdout.split('\n').slice(-5), [
      '[user root]',
      'key-id = AKI1',
      'secret-key = s/e+c',
      '',
      '',
    ])
  })

  it('has the selected region’s name and how it checks certificates', async () => {
    await loader
    const folder = mkdtempSync(join(tmpdir(), 'mallee-config-'))
    try {
      const service = await answering({ CreateAccessKey, GetUser })
      try {
        const file = join(folder, 'one.ini')
        writeFileSync(
          file,
          '[region here]\niam-url = http://iam.cloud.example/\nverify-ssl = false\nverify-tls = true\n',
        )
        // The service is reached as if it were a proxy, since nobody knows that name.
        const { AWS_IAM_URL: http_proxy, ...env } = service.env
        const { stdout, stderr } = await run(['euare-useraddkey', 'bob', '-w', '--region', 'here'], {
          env: { ...env, http_proxy, EUCA_CONFIG_PATH: file },
        })
        assert.equal(stderr, '')
        assert.deepEqual(stdout.split('\n'), [
          '[region here]',
          ...urls('cloud.example'),
          'verify-tls = true',
          'verify-ssl = false',
          '',
          '[user 000123456789:bob]',
          ...bob,
          '',
        ])
      } finally {
        await service.close()
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('stands in JSON beside the key', async () => {
    const { stdout } = await outcome('euare-useraddkey bob -w --json', { CreateAccessKey, GetUser })
    const { AccessKey, Configuration } = JSON.parse(stdout)
    assert.equal(AccessKey.SecretAccessKey, 's/e+c')
    assert.deepEqual(Configuration, ['[user 000123456789:bob]', ...bob])
  })
})
