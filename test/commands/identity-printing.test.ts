// SPDX-License-Identifier: BSD-2-Clause
// What the tools of accounts, groups and users print of an answer, line by line.
import assert from 'node:assert/strict'
import { type Answers, lines, outcome } from './answered'
import { printed } from './recorder'

const key =
  '<AccessKey><UserName>admin</UserName><AccessKeyId>AKI1</AccessKeyId><Status>Active</Status><SecretAccessKey>s/e+c</SecretAccessKey></AccessKey>'
const user = (name: string) =>
  `<UserName>${name}</UserName><UserId>AID1</UserId><Path>/</Path><Arn>arn:aws:iam::000123456789:user/${name}</Arn>`
const policy = { Statement: [{ Effect: 'Allow', Action: ['*'], Resource: 'é%41+' }] }
const quoted = encodeURIComponent(JSON.stringify(policy))

describe('Tools of accounts', () => {
  const account = '<Account><AccountName>alice</AccountName><AccountId>000123456789</AccountId></Account>'

  it('print accounts as records', async () => {
    const created = { CreateAccount: account, CreateAccessKey: key }
    assert.deepEqual(await lines('euare-accountcreate alice', created), ['alice\t000123456789'])
    assert.deepEqual(await lines('euare-accountcreate alice -k', created), [
      'alice\t000123456789',
      'AKI1',
      's/e+c',
    ])
    const Accounts =
      '<Accounts><member><AccountName>a</AccountName><AccountId>1</AccountId></member><member><AccountName>b</AccountName></member></Accounts>'
    assert.deepEqual(await lines('euare-accountlist', { ListAccounts: Accounts }), ['a\t1', 'b\t'])
    assert.deepEqual(await lines('euare-accountlist --show-empty-fields', { ListAccounts: Accounts }), [
      'a\t1',
      'b\t(nil)',
    ])
  })

  it('make the key of the new account’s administrator there', async () => {
    const { requests } = await outcome('euare-accountcreate alice -k', { CreateAccount: account })
    assert.deepEqual(requests, [
      { Action: 'CreateAccount', AccountName: 'alice' },
      { Action: 'CreateAccessKey', UserName: 'admin', DelegateAccount: '000123456789' },
    ])
  })

  it('make no key when it is not said which account is new', async () => {
    const nameless = { CreateAccount: '<Account><AccountName>alice</AccountName></Account>' }
    const { status, stderr, requests } = await outcome('euare-accountcreate alice -k', nameless)
    assert.deepEqual(
      { status, stderr },
      { status: 1, stderr: "euare-accountcreate: error: the service's answer lacks AccountId\n" },
    )
    assert.equal(requests.length, 1)
  })

  it('print aliases and the summary, sorted', async () => {
    assert.deepEqual(
      await lines('euare-accountaliaslist', {
        ListAccountAliases: '<AccountAliases><member>a</member></AccountAliases>',
      }),
      ['Alias: a'],
    )
    const entry = (name: string, value: number) => `<entry><key>${name}</key><value>${value}</value></entry>`
    const SummaryMap = `<SummaryMap>${entry('Users', 2)}${entry('Groups', 0)}</SummaryMap>`
    assert.deepEqual(await lines('euare-accountgetsummary', { GetAccountSummary: SummaryMap }), [
      'Groups: 0',
      'Users: 2',
    ])
  })
})

describe('Tools of policies', () => {
  it('print a document as it was written, or indented in ASCII', async () => {
    for (const [tool, action] of [
      ['euare-accountgetpolicy', 'GetAccountPolicy'],
      ['euare-groupgetpolicy', 'GetGroupPolicy'],
      ['euare-usergetpolicy', 'GetUserPolicy'],
    ] as const) {
      const answers = { [action]: `<PolicyDocument>${quoted}</PolicyDocument>` }
      assert.deepEqual(await lines(`${tool} x -p p`, answers), [JSON.stringify(policy)])
      assert.deepEqual(await lines(`${tool} x -p p --pretty-print`, answers), [
        '{',
        '    "Statement": [',
        '        {',
        '            "Effect": "Allow", ',
        '            "Action": [',
        '                "*"',
        '            ], ',
        '            "Resource": "\\u00e9%41+"',
        '        }',
        '    ]',
        '}',
      ])
    }
  })

  it('say so when what is to be indented is no JSON', async () => {
    const { status, stderr } = await outcome('euare-usergetpolicy x -p p --pretty-print', {
      GetUserPolicy: '<PolicyDocument>text</PolicyDocument>',
    })
    assert.equal(stderr, 'euare-usergetpolicy: error: No JSON object could be decoded\n')
    assert.equal(status, 1)
  })

  const answers = Object.fromEntries(
    ['Account', 'Group', 'User'].flatMap(one => {
      const list = one === 'Account' ? 'ListAccountPolicies' : `List${one}Policies`
      return [
        [
          list,
          '<PolicyNames><member>one</member></PolicyNames><IsTruncated>true</IsTruncated><Marker>m</Marker>',
        ],
        [`${list} m`, '<PolicyNames><member>two</member></PolicyNames><IsTruncated>false</IsTruncated>'],
        [`Get${one}Policy`, '<PolicyDocument>%7B%7D</PolicyDocument>'],
      ]
    }),
  ) as Answers

  for (const [tool, ...end] of [
    ['euare-accountlistpolicies'],
    ['euare-grouplistpolicies'],
    ['euare-userlistpolicies', 'IsTruncated: false'],
  ]) {
    it(`print names, and what they stand for when asked: ${tool}`, async () => {
      assert.deepEqual(await lines(`${tool} x`, answers), ['one', 'two', ...end])
      assert.deepEqual(await lines(`${tool} x -v`, answers), ['one', '{}', 'two', '{}', ...end])
      assert.deepEqual(await lines(`${tool} x -v --pretty-print`, answers), [
        'one',
        '{}',
        'two',
        '{}',
        ...end,
      ])
      assert.deepEqual(await lines(`${tool} x -p two`, answers), ['two', ...end])
      assert.deepEqual(await lines(`${tool} x -v -p two`, answers), ['{}', ...end])
      assert.deepEqual(await lines(`${tool} x -p three`, answers), end)
    })
  }

  it('print what they have before a later page fails', async () => {
    const { status, stdout, stderr } = await outcome('euare-userlistpolicies x', {
      ...answers,
      'ListUserPolicies m': '!NoSuchEntity',
    })
    assert.equal(stdout, 'one\n')
    assert.equal(stderr, 'euare-userlistpolicies: error (NoSuchEntity): No.\n')
    assert.equal(status, 1)
  })

  it('hold every page in JSON', async () => {
    const [text] = [(await lines('euare-userlistpolicies x -v --json', answers)).join('\n')]
    assert.deepEqual(JSON.parse(text), {
      PolicyNames: ['one', 'two'],
      IsTruncated: false,
      PolicyDocuments: { one: '%7B%7D', two: '%7B%7D' },
    })
  })
})

describe('Tools of groups', () => {
  const members = (...names: string[]) =>
    `<Users>${names.map(name => `<member>${user(name)}</member>`).join('')}</Users>`
  const Group = '<Group><Arn>arn:group</Arn><GroupId>AGP1</GroupId></Group>'

  it('print a new group only when asked', async () => {
    assert.deepEqual(await lines('euare-groupcreate g', { CreateGroup: Group }), [])
    assert.deepEqual(await lines('euare-groupcreate g -v', { CreateGroup: Group }), ['arn:group', 'AGP1'])
    assert.deepEqual(await lines('euare-groupcreate g -v', {}), ['None', 'None'])
  })

  it('print groups and members below a title', async () => {
    const ListGroups =
      '<Groups><member><Arn>arn:1</Arn></member></Groups><IsTruncated>true</IsTruncated><Marker>m</Marker>'
    const second = '<Groups><member><Arn>arn:2</Arn></member></Groups><IsTruncated>false</IsTruncated>'
    assert.deepEqual(await lines('euare-grouplistbypath', { ListGroups, 'ListGroups m': second }), [
      'groups',
      '   arn:1',
      '   arn:2',
    ])
    assert.deepEqual(await lines('euare-grouplistbypath', {}), ['groups'])
    const GetGroup = `${Group}${members('a')}<IsTruncated>true</IsTruncated><Marker>m</Marker>`
    const page = `${Group}${members('b')}<IsTruncated>false</IsTruncated>`
    assert.deepEqual(await lines('euare-grouplistusers g', { GetGroup, 'GetGroup m': page }), [
      'arn:group',
      '   users',
      '   arn:aws:iam::000123456789:user/a',
      '   arn:aws:iam::000123456789:user/b',
    ])
  })

  it('fail when a name is missing that must be there', async () => {
    const { status, stdout, stderr } = await outcome('euare-grouplistbypath', {
      ListGroups: '<Groups><member><Arn>arn:1</Arn></member><member><Path>/</Path></member></Groups>',
    })
    assert.equal(stderr, "euare-grouplistbypath: error: the service's answer lacks Arn\n")
    assert.equal(status, 1)
    assert.ok('groups\n   arn:1\n'.startsWith(stdout))
  })

  it('show what would go, or take it away piece by piece', async () => {
    const answers = {
      GetGroup: `${Group}${members('a', 'b')}`,
      ListGroupPolicies: '<PolicyNames><member>p</member></PolicyNames>',
    }
    for (const options of ['-p', '-r -p']) {
      const { stdout, requests } = await outcome(`euare-groupdel g ${options}`, answers)
      assert.deepEqual(stdout.split('\n'), [
        'users',
        '\tarn:aws:iam::000123456789:user/a',
        '\tarn:aws:iam::000123456789:user/b',
        'policies',
        '\tp',
        '',
      ])
      assert.deepEqual(
        requests.map(({ Action }) => Action),
        ['GetGroup', 'ListGroupPolicies'],
      )
    }
    const { stdout, requests } = await outcome('euare-groupdel -r g --delegate alice', answers)
    assert.equal(stdout, '')
    const of = { GroupName: 'g', DelegateAccount: 'alice' }
    assert.deepEqual(requests, [
      { Action: 'GetGroup', ...of },
      { Action: 'ListGroupPolicies', ...of },
      { Action: 'RemoveUserFromGroup', ...of, UserName: 'a' },
      { Action: 'RemoveUserFromGroup', ...of, UserName: 'b' },
      { Action: 'DeleteGroupPolicy', ...of, PolicyName: 'p' },
      { Action: 'DeleteGroup', ...of },
    ])
  })
})

describe('Tools that change accounts, groups and users', () => {
  for (const typed of [
    'euare-accountaliascreate a',
    'euare-accountaliasdelete a',
    'euare-accountdel a',
    'euare-accountdelpolicy a -p p',
    'euare-accountuploadpolicy a -p p -o {}',
    'euare-groupaddpolicy g -p p -e Allow -a * -r *',
    'euare-groupadduser g -u u',
    'euare-groupdelpolicy g -p p',
    'euare-groupmod g -n h',
    'euare-groupremoveuser g -u u',
    'euare-groupuploadpolicy g -p p -o {}',
    'euare-useraddpolicy u -p p -e Allow -a * -r *',
    'euare-userdelkey k',
    'euare-userdelpolicy u -p p',
    'euare-usermod u -n v',
    'euare-usermodkey k -s Active',
    'euare-userupdateinfo -k k',
    'euare-useruploadpolicy u -p p -o {}',
  ]) {
    it(`print nothing: ${typed}`, async () => assert.deepEqual(await printed(typed, ''), []))
  }
})
