// SPDX-License-Identifier: BSD-2-Clause
// What the tools of accounts, groups and users send, and what they refuse before they send anything.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Recorder, recorder } from './recorder'
import { itSends, type Sent } from './sending'

const cases: readonly Sent[] = [
  ['euare-accountcreate', { Action: 'CreateAccount' }],
  ['euare-accountcreate -a alice', { Action: 'CreateAccount', AccountName: 'alice' }],
  ['euare-accountdel alice', { Action: 'DeleteAccount', AccountName: 'alice' }],
  ['euare-accountdel -r -a alice', { Action: 'DeleteAccount', AccountName: 'alice', Recursive: 'true' }],
  ['euare-accountlist', { Action: 'ListAccounts' }],
  ['euare-accountaliascreate -a wonder', { Action: 'CreateAccountAlias', AccountAlias: 'wonder' }],
  [
    'euare-accountaliascreate --as-account alice wonder',
    { Action: 'CreateAccountAlias', AccountAlias: 'wonder', DelegateAccount: 'alice' },
  ],
  [
    'euare-accountaliasdelete --delegate=alice wonder',
    { Action: 'DeleteAccountAlias', AccountAlias: 'wonder', DelegateAccount: 'alice' },
  ],
  ['euare-accountaliaslist', { Action: 'ListAccountAliases' }],
  ['euare-accountgetsummary --as-account a', { Action: 'GetAccountSummary', DelegateAccount: 'a' }],

  ['euare-groupadduser -g people -u bob', { Action: 'AddUserToGroup', GroupName: 'people', UserName: 'bob' }],
  ['euare-groupcreate -v people', { Action: 'CreateGroup', GroupName: 'people' }],
  [
    'euare-groupcreate -p /a/ people --as-account alice',
    { Action: 'CreateGroup', GroupName: 'people', Path: '/a/', DelegateAccount: 'alice' },
  ],
  ['euare-groupdel people', { Action: 'DeleteGroup', GroupName: 'people' }],
  ['euare-groupdel -R people', { Action: 'DeleteGroup', GroupName: 'people', IsRecursive: 'true' }],
  ['euare-grouplistbypath', { Action: 'ListGroups' }],
  ['euare-grouplistbypath -p /a/', { Action: 'ListGroups', PathPrefix: '/a/' }],
  ['euare-grouplistusers -g people', { Action: 'GetGroup', GroupName: 'people' }],
  [
    'euare-groupmod people -n folk -p /b/',
    { Action: 'UpdateGroup', GroupName: 'people', NewGroupName: 'folk', NewPath: '/b/' },
  ],
  [
    'euare-groupremoveuser people -u bob -u eve',
    { Action: 'RemoveUserFromGroup', GroupName: 'people', UserName: 'bob' },
    { Action: 'RemoveUserFromGroup', GroupName: 'people', UserName: 'eve' },
  ],

  [
    'euare-useraddkey --delegate testuser1 -u admin',
    { Action: 'CreateAccessKey', UserName: 'admin', DelegateAccount: 'testuser1' },
  ],
  ['euare-usercreate -u bob', { Action: 'CreateUser', UserName: 'bob' }],
  [
    'euare-usercreate bob -p /a/ -g people -k',
    { Action: 'CreateUser', UserName: 'bob', Path: '/a/' },
    { Action: 'AddUserToGroup', UserName: 'bob', GroupName: 'people' },
    { Action: 'CreateAccessKey', UserName: 'bob' },
  ],
  ['euare-usercreate bob --verify', { Action: 'CreateUser', UserName: 'bob' }],
  [
    'euare-usercreate bob --verify -g people --as-account alice',
    { Action: 'GetGroup', GroupName: 'people', DelegateAccount: 'alice' },
    { Action: 'CreateUser', UserName: 'bob', DelegateAccount: 'alice' },
    { Action: 'AddUserToGroup', UserName: 'bob', GroupName: 'people', DelegateAccount: 'alice' },
  ],
  ['euare-userdel -u bob', { Action: 'DeleteUser', UserName: 'bob' }],
  ['euare-userdel -R bob', { Action: 'DeleteUser', UserName: 'bob', IsRecursive: 'true' }],
  ['euare-userdelkey -k AKI1', { Action: 'DeleteAccessKey', AccessKeyId: 'AKI1' }],
  ['euare-userdelkey AKI1 -u bob', { Action: 'DeleteAccessKey', AccessKeyId: 'AKI1', UserName: 'bob' }],
  ['euare-usergetattributes', { Action: 'GetUser' }],
  ['euare-usergetattributes -u bob --show-extra', { Action: 'GetUser', UserName: 'bob', ShowExtra: 'true' }],
  ['euare-usergetinfo', { Action: 'GetUserInfo' }],
  ['euare-usergetinfo bob -k email', { Action: 'GetUserInfo', UserName: 'bob', InfoKey: 'email' }],
  ['euare-userupdateinfo -k email', { Action: 'UpdateUserInfo', InfoKey: 'email' }],
  [
    'euare-userupdateinfo -k email -i b@example.org bob',
    { Action: 'UpdateUserInfo', UserName: 'bob', InfoKey: 'email', InfoValue: 'b@example.org' },
  ],
  ['euare-userlistbypath', { Action: 'ListUsers' }],
  ['euare-userlistbypath -p /a/', { Action: 'ListUsers', PathPrefix: '/a/' }],
  ['euare-userlistgroups -u bob', { Action: 'ListGroupsForUser', UserName: 'bob' }],
  ['euare-userlistkeys', { Action: 'ListAccessKeys' }],
  ['euare-userlistkeys -u bob', { Action: 'ListAccessKeys', UserName: 'bob' }],
  [
    'euare-usermod bob -n robert -p /b/ --enabled false --pwd-expires 2030-01-02T03:04:05Z --reg-status APPROVED',
    {
      Action: 'UpdateUser',
      UserName: 'bob',
      NewUserName: 'robert',
      NewPath: '/b/',
      Enabled: 'false',
      PasswordExpiration: '2030-01-02T03:04:05Z',
      RegStatus: 'APPROVED',
    },
  ],
  ['euare-usermod bob --enabled true', { Action: 'UpdateUser', UserName: 'bob', Enabled: 'true' }],
  [
    'euare-usermodkey AKI1 -s Inactive -u bob',
    { Action: 'UpdateAccessKey', AccessKeyId: 'AKI1', Status: 'Inactive', UserName: 'bob' },
  ],
  [
    'euare-usermodkey -k AKI1 -s Active',
    { Action: 'UpdateAccessKey', AccessKeyId: 'AKI1', Status: 'Active' },
  ],

  // Policies of each.
  ...(
    [
      ['account', 'Account', '-a', {}],
      ['group', 'Group', '-g', { DelegateAccount: 'alice' }],
      ['user', 'User', '-u', { DelegateAccount: 'alice' }],
    ] as const
  ).flatMap(([one, One, habit, delegated]): Sent[] => {
    const as = one === 'account' ? '' : ' --as-account alice'
    const holder = { [`${One}Name`]: 'x', ...delegated }
    const policy = { ...holder, PolicyName: 'p' }
    return [
      [`euare-${one}delpolicy x -p p${as}`, { Action: `Delete${One}Policy`, ...policy }],
      [`euare-${one}getpolicy ${habit} x -p p${as}`, { Action: `Get${One}Policy`, ...policy }],
      [
        `euare-${one}listpolicies x${as}`,
        { Action: one === 'account' ? 'ListAccountPolicies' : `List${One}Policies`, ...holder },
      ],
      [
        `euare-${one}uploadpolicy ${habit} x -p p -o {}${as}`,
        { Action: `Put${One}Policy`, ...policy, PolicyDocument: '{}' },
      ],
    ]
  }),
]

const misuses: readonly (readonly [string, string])[] = [
  ['euare-accountaliascreate', 'too few arguments'],
  ['euare-accountcreate a b', 'unrecognized arguments: b'],
  ['euare-accountcreate a --as-account b', 'unrecognized arguments: --as-account b'],
  ['euare-accountdel', 'too few arguments'],
  ['euare-accountuploadpolicy a', 'argument -p/--policy-name is required'],
  [
    'euare-accountuploadpolicy a -p p',
    'one of the arguments -o/--policy-content -f/--policy-document is required',
  ],
  [
    'euare-useruploadpolicy a -p p -o {} -f file',
    'argument -f/--policy-document: not allowed with argument -o/--policy-content',
  ],
  ['euare-groupadduser g', 'argument -u/--user-name is required'],
  ['euare-groupremoveuser g', 'argument -u/--user-name is required'],
  [
    'euare-groupaddpolicy g -p p -e Maybe',
    "argument -e/--effect: invalid choice: 'Maybe' (choose from 'Allow', 'Deny')",
  ],
  ['euare-useraddpolicy u -p p -e Allow -r *', 'argument -a/--action is required'],
  ['euare-useraddpolicy u -p p -e Allow -a *', 'argument -r/--resource is required'],
  ['euare-usercreate u -v -w', 'argument -w/--write-config: not allowed with argument -v/--verbose'],
  ['euare-usercreate u -w -d 50%', "argument -d/--domain: invalid domain: '50%'"],
  [
    'euare-usermod u --enabled yes',
    "argument --enabled: invalid choice: 'yes' (choose from 'true', 'false')",
  ],
  [
    'euare-usermod u --pwd-expires tomorrow',
    "argument --pwd-expires: 'tomorrow' must have form YYYY-MM-DDThh:mm:ssZ",
  ],
  [
    'euare-usermod u --pwd-expires 2030-13-02T03:04:05Z',
    "argument --pwd-expires: '2030-13-02T03:04:05Z' must have form YYYY-MM-DDThh:mm:ssZ",
  ],
  ['euare-usermodkey k', 'argument -s/--status is required'],
  ['euare-userupdateinfo u', 'argument -k/--info-key is required'],
]

describe('Tools of accounts, groups and users', () => {
  let folder: string
  let service: Recorder
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-identity-'))
    writeFileSync(join(folder, 'policy.json'), '{"Statement":[]}\n')
    service = await recorder(() => '<Response/>', { cwd: folder })
  })
  after(async () => {
    await service.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(() => {
    service.requests.length = 0
  })

  describe('send', () => itSends(cases, () => service))

  for (const [typed, message] of misuses) {
    it(`refuse: ${typed}`, async () => {
      const { status, stderr } = await service.tool(typed.split(' '))
      const [tool = ''] = typed.split(' ')
      assert.ok(stderr.startsWith(`usage: ${tool} `), stderr)
      assert.equal(stderr.trimEnd().split('\n').at(-1), `${tool}: error: ${message}`)
      assert.equal(status, 2)
      assert.deepEqual(service.requests, [])
    })
  }

  it('send a policy from a file or from standard input as it is', async () => {
    const upload = (file: string, input = '') =>
      service.tool(['euare-groupuploadpolicy', 'g', '-p', 'p', '-f', file], input)
    assert.equal((await upload('policy.json')).status, 0)
    assert.equal((await upload('-', '{"Statement": "é"}')).status, 0)
    assert.deepEqual(
      service.requests.map(({ PolicyDocument }) => PolicyDocument),
      ['{"Statement":[]}\n', '{"Statement": "é"}'],
    )
  })

  it('name the file of a policy that is not there', async () => {
    const typed = 'euare-useruploadpolicy u -p p -f none.json'
    const { status, stderr } = await service.tool(typed.split(' '))
    assert.equal(stderr, 'euare-useruploadpolicy: error: No such file or directory: none.json\n')
    assert.equal(status, 1)
    assert.deepEqual(service.requests, [])
  })

  it('make a policy of a statement for each resource, told apart by the time', async () => {
    for (const [tool, of] of [
      ['euare-useraddpolicy', { Action: 'PutUserPolicy', UserName: 'x' }],
      ['euare-groupaddpolicy', { Action: 'PutGroupPolicy', GroupName: 'x' }],
    ] as const) {
      service.requests.length = 0
      const typed = `${tool} x -p p -e Deny -a ec2:RunInstances -a ec2:Stop* -r one -r * --as-account alice`
      const now = () => Date.parse('2014-02-16T12:13:14.567Z')
      const { status, stdout, stderr } = await service.tool([...typed.split(' '), '-o'], '', { now })
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
      const statement = { Effect: 'Deny', Action: ['ec2:RunInstances', 'ec2:Stop*'] }
      const PolicyDocument = JSON.stringify({
        Statement: [
          { Sid: 'Stmt20140216121314567000', ...statement, Resource: 'one' },
          { Sid: 'Stmt20140216121314567001', ...statement, Resource: '*' },
        ],
      })
      assert.deepEqual(service.requests, [
        { ...of, PolicyName: 'p', DelegateAccount: 'alice', PolicyDocument },
      ])
      assert.equal(stdout, `${PolicyDocument}\n`)
    }
  })
})
