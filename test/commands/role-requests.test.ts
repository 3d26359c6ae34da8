// SPDX-License-Identifier: BSD-2-Clause
// What the tools of roles, instance profiles and the token service send, and what they refuse before they send anything.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { roleArn } from '../../src/cli/euare/assumed-role'
import { type Recorder, recorder } from './recorder'
import { itSends, type Sent } from './sending'

const trust = (service: string): string =>
  `{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["${service}"]},"Action":["sts:AssumeRole"]}]}`
const profile = { InstanceProfileName: 'p' }
const as = { DelegateAccount: 'alice' }

const cases: readonly Sent[] = [
  ['euare-instanceprofileaddrole p -r r', { Action: 'AddRoleToInstanceProfile', ...profile, RoleName: 'r' }],
  [
    'euare-instanceprofileaddrole -s p --role-name r --as-account alice',
    { Action: 'AddRoleToInstanceProfile', ...profile, RoleName: 'r', ...as },
  ],
  [
    'euare-instanceprofileremoverole p -r r',
    { Action: 'RemoveRoleFromInstanceProfile', ...profile, RoleName: 'r' },
  ],
  ['euare-instanceprofilecreate -s p', { Action: 'CreateInstanceProfile', ...profile }],
  [
    'euare-instanceprofilecreate p -p /a/ -r r --delegate alice',
    { Action: 'CreateInstanceProfile', ...profile, Path: '/a/', ...as },
    { Action: 'AddRoleToInstanceProfile', ...profile, RoleName: 'r', ...as },
  ],
  [
    'euare-instanceprofilecreate p -p /a/ --create-role',
    { Action: 'CreateInstanceProfile', ...profile, Path: '/a/' },
    { Action: 'CreateRole', RoleName: 'p', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') },
    { Action: 'AddRoleToInstanceProfile', ...profile, RoleName: 'p' },
  ],
  ['euare-instanceprofiledel p', { Action: 'DeleteInstanceProfile', ...profile }],
  ['euare-instanceprofiledel -s p -p -r', { Action: 'GetInstanceProfile', ...profile }],
  [
    'euare-instanceprofiledel -r p',
    { Action: 'GetInstanceProfile', ...profile },
    { Action: 'RemoveRoleFromInstanceProfile', ...profile, RoleName: 'r' },
    { Action: 'DeleteRole', RoleName: 'r' },
    { Action: 'DeleteInstanceProfile', ...profile },
  ],
  ['euare-instanceprofilegetattributes -s p', { Action: 'GetInstanceProfile', ...profile }],
  ['euare-instanceprofilelistbypath -p /a/', { Action: 'ListInstanceProfiles', PathPrefix: '/a/' }],
  [
    'euare-instanceprofilelistforrole -r r',
    { Action: 'ListInstanceProfilesForRole', RoleName: 'r' },
    { Action: 'ListInstanceProfilesForRole', RoleName: 'r', Marker: 'm' },
  ],

  [
    'euare-rolecreate -r r -p /a/ -s s.example.com',
    { Action: 'CreateRole', RoleName: 'r', Path: '/a/', AssumeRolePolicyDocument: trust('s.example.com') },
  ],
  [
    'euare-rolecreate r --service_ s.example.com',
    { Action: 'CreateRole', RoleName: 'r', AssumeRolePolicyDocument: trust('s.example.com') },
  ],
  [
    'euare-rolecreate r -f trust.json',
    { Action: 'CreateRole', RoleName: 'r', AssumeRolePolicyDocument: '{}' },
  ],
  ['euare-roledel r', { Action: 'DeleteRole', RoleName: 'r' }],
  [
    'euare-roledel -r r -c',
    { Action: 'ListInstanceProfilesForRole', RoleName: 'r' },
    { Action: 'ListInstanceProfilesForRole', RoleName: 'r', Marker: 'm' },
    { Action: 'ListRolePolicies', RoleName: 'r' },
    { Action: 'RemoveRoleFromInstanceProfile', RoleName: 'r', InstanceProfileName: 'p1' },
    { Action: 'RemoveRoleFromInstanceProfile', RoleName: 'r', InstanceProfileName: 'p2' },
    { Action: 'DeleteRolePolicy', RoleName: 'r', PolicyName: 'one' },
    { Action: 'DeleteRole', RoleName: 'r' },
  ],
  ['euare-rolegetattributes -r r', { Action: 'GetRole', RoleName: 'r' }],
  ['euare-rolelistbypath', { Action: 'ListRoles' }],
  ['euare-rolelistbypath -p /a/', { Action: 'ListRoles', PathPrefix: '/a/' }],
  [
    'euare-roleupdateassumepolicy r -o -s s',
    { Action: 'UpdateAssumeRolePolicy', RoleName: 'r', PolicyDocument: trust('s') },
  ],
  [
    'euare-roleupdateassumepolicy -r r -f trust.json',
    { Action: 'UpdateAssumeRolePolicy', RoleName: 'r', PolicyDocument: '{}' },
  ],
  ['euare-roledelpolicy -r r -p one', { Action: 'DeleteRolePolicy', RoleName: 'r', PolicyName: 'one' }],
  ['euare-rolegetpolicy r -p one', { Action: 'GetRolePolicy', RoleName: 'r', PolicyName: 'one' }],
  ['euare-rolelistpolicies r', { Action: 'ListRolePolicies', RoleName: 'r' }],
  [
    'euare-rolelistpolicies -v r',
    { Action: 'ListRolePolicies', RoleName: 'r' },
    { Action: 'GetRolePolicy', RoleName: 'r', PolicyName: 'one' },
  ],
  [
    'euare-roleuploadpolicy r -p one -o {}',
    { Action: 'PutRolePolicy', RoleName: 'r', PolicyName: 'one', PolicyDocument: '{}' },
  ],
  [
    'euare-roleuploadpolicy r -p one -f trust.json',
    { Action: 'PutRolePolicy', RoleName: 'r', PolicyName: 'one', PolicyDocument: '{}' },
  ],

  [
    'euare-assumerole arn:aws:iam::1:role/r --session-name me',
    {
      Action: 'AssumeRole',
      RoleArn: 'arn:aws:iam::1:role/r',
      RoleSessionName: 'me',
      DurationSeconds: '900',
    },
  ],
  [
    'euare-assumerole 1:r --session-name me -d 3600 --policy-document trust.json --external-id e --mfa-serial s --mfa-code 12',
    {
      Action: 'AssumeRole',
      RoleArn: 'arn:aws:iam::1:role/r',
      RoleSessionName: 'me',
      DurationSeconds: '3600',
      Policy: '{}',
      ExternalId: 'e',
      SerialNumber: 's',
      TokenCode: '12',
    },
  ],
  ['euare-getcallerid', { Action: 'GetCallerIdentity' }],
]

const answers: Readonly<Record<string, string>> = {
  GetInstanceProfile:
    '<InstanceProfile><Roles><member><RoleName>r</RoleName><Arn>arn:r</Arn></member></Roles></InstanceProfile>',
  GetRole: '<Role/>',
  ListRolePolicies: '<PolicyNames><member>one</member></PolicyNames>',
  GetRolePolicy: '<PolicyDocument>%7B%7D</PolicyDocument>',
}

const listed = (name: string, more: string): string =>
  `<InstanceProfiles><member><InstanceProfileName>${name}</InstanceProfileName><Arn>arn:${name}</Arn></member></InstanceProfiles>${more}`

const answer = (action: string, form: URLSearchParams): string => {
  if (action !== 'ListInstanceProfilesForRole') return `<R><Result>${answers[action] ?? ''}</Result></R>`
  const page = form.has('Marker')
    ? listed('p2', '')
    : listed('p1', '<IsTruncated>true</IsTruncated><Marker>m</Marker>')
  return `<R><Result>${page}</Result></R>`
}

describe('Tools of roles', () => {
  let service: Recorder
  let folder: string
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-roles-'))
    writeFileSync(join(folder, 'trust.json'), '{}')
    service = await recorder(answer, { cwd: folder })
  })
  after(async () => {
    await service.close()
    rmSync(folder, { recursive: true })
  })

  itSends(cases, () => service)

  it('read a trust policy from standard input', async () => {
    service.requests.length = 0
    await service.tool(['euare-rolecreate', 'r', '-f', '-'], '{"a": 1}')
    assert.equal(service.requests[0]?.AssumeRolePolicyDocument, '{"a": 1}')
  })

  it('make a policy of a statement for each resource', async () => {
    service.requests.length = 0
    const words = 'euare-roleaddpolicy -r r -p one -e Deny -a ec2:* -a s3:Get* -c x -c y -o'.split(' ')
    const { stdout } = await service.tool(words, '', { now: () => Date.UTC(2014, 1, 16, 12, 13, 14) })
    const document = service.requests[0]?.PolicyDocument
    assert.equal(stdout, `${document}\n`)
    assert.deepEqual(JSON.parse(document ?? ''), {
      Statement: ['x', 'y'].map((Resource, index) => ({
        Sid: `Stmt2014021612131400000${index}`,
        Effect: 'Deny',
        Action: ['ec2:*', 's3:Get*'],
        Resource,
      })),
    })
  })

  it('name sessions after the time', async () => {
    service.requests.length = 0
    await service.tool(['euare-assumerole', '1:r'], '', { now: () => Date.UTC(2014, 1, 16, 12, 13, 14) })
    assert.equal(service.requests[0]?.RoleSessionName, 'euca2ools-2014-02-16T12-13-14Z')
  })

  it('look for a role in the account of the user, then of the environment', async () => {
    service.requests.length = 0
    const config = join(folder, 'user.ini')
    writeFileSync(config, '[user me]\naccount-id = 123456789012\n')
    const env = { ...service.env, EC2_USER_ID: '210987654321' }
    await service.tool(['euare-assumerole', 'r'], '', { env })
    await service.tool(['euare-assumerole', 'r', '--region', 'me@'], '', {
      env: { ...env, EUCA_CONFIG_PATH: config },
    })
    assert.deepEqual(
      service.requests.map(({ RoleArn }) => RoleArn),
      ['arn:aws:iam::210987654321:role/r', 'arn:aws:iam::123456789012:role/r'],
    )
  })

  it('take as much of an ARN as is typed', () => {
    const whole = 'arn:aws:iam::1:role/a/r'
    for (const typed of [
      'a/r',
      '/a/r',
      'role/a/r',
      '1:a/r',
      '1:/a/r',
      '1:role/a/r',
      ':1:role/a/r',
      'iam::1:role/a/r',
      'aws:iam::1:role/a/r',
      whole,
    ])
      assert.equal(
        roleArn(typed, () => '1'),
        whole,
        typed,
      )
    assert.equal(
      roleArn('alias:r', () => '1'),
      'arn:aws:iam::alias:role/r',
    )
  })

  const refusals: readonly (readonly [typed: string, message: string])[] = [
    ['euare-instanceprofileaddrole p', 'argument -r/--role-name is required'],
    [
      'euare-instanceprofilecreate p -r r --create-role',
      'argument --create-role: not allowed with argument -r/--add-role',
    ],
    ['euare-instanceprofiledel', 'too few arguments'],
    ['euare-rolecreate r', 'one of the arguments -f/--trust-policy -s/--service is required'],
    ['euare-rolecreate r -s a -f b', 'argument -f/--trust-policy: not allowed with argument -s/--service'],
    ['euare-roleupdateassumepolicy r', 'one of the arguments -f -s/--service is required'],
    [
      'euare-roleaddpolicy r -p p -e Maybe',
      "argument -e/--effect: invalid choice: 'Maybe' (choose from 'Allow', 'Deny')",
    ],
    [
      'euare-roleuploadpolicy r -p p',
      'one of the arguments -o/--policy-content -f/--policy-document is required',
    ],
    ['euare-assumerole -c -s 1:r', 'argument -s: not allowed with argument -c'],
    ['euare-assumerole -d soon 1:r', "argument -d/--duration: invalid int value: 'soon'"],
    [
      'euare-assumerole r',
      'failed to determine account ID; set account-id for the user in configuration or EC2_USER_ID in the environment',
    ],
    ['euare-releaserole x', 'unrecognized arguments: x'],
  ]
  for (const [typed, message] of refusals) {
    it(`refuse ${typed}`, async () => {
      service.requests.length = 0
      const [tool, ...words] = typed.split(' ')
      const { status, stderr } = await service.tool([tool ?? '', ...words])
      assert.equal(stderr.split('\n').at(-2), `${tool}: error: ${message}`)
      assert.equal(status, 2)
      assert.deepEqual(service.requests, [])
    })
  }

  it('name a file that is not there', async () => {
    for (const tool of [
      'euare-rolecreate r',
      'euare-roleupdateassumepolicy r',
      'euare-roleuploadpolicy r -p p',
    ]) {
      const { status, stderr } = await service.tool([...tool.split(' '), '-f', 'none.json'])
      assert.equal(stderr, `${tool.split(' ')[0]}: error: No such file or directory: none.json\n`)
      assert.equal(status, 1)
    }
  })
})
