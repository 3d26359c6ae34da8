// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { issueCertificate } from '../../support/certificates'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { havePolicy, haveUser, type Keys, policyOf, trusting, withKeys } from '../sts/people'
import { refusedWith } from './refused'

type Tags = iam.Tag[] | undefined
type Sent = { send(command: never): Promise<{ Tags?: Tags }> }

const tag = (Key: string, Value = ''): iam.Tag => ({ Key, Value })

describe('tags of identities', () => {
  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
  })
  afterEach(() => c.close())

  const ask = (name: string, input: object, who: iam.IAMClient = client): Promise<{ Tags?: Tags }> => {
    const Command = (iam as unknown as Record<string, new (input: object) => unknown>)[`${name}Command`]
    assert.ok(Command, name)
    return (who as Sent).send(new Command(input) as never)
  }
  const user = (UserName: string, Tags: Tags, who?: iam.IAMClient) =>
    ask('CreateUser', { UserName, Tags }, who)
  const tagsOf = async (UserName: string) => (await ask('ListUserTags', { UserName })).Tags

  const kinds = (account: string) => {
    const arn = (rest: string) => `arn:aws:iam::${account}:${rest}`
    const { certificate, privateKey } = issueCertificate({ name: 'site', key: 0 })
    return {
      User: { made: 'CreateUser', input: { UserName: 'x' }, by: { UserName: 'x' } },
      Role: {
        made: 'CreateRole',
        input: { RoleName: 'x', AssumeRolePolicyDocument: trusting({ AWS: account }) },
        by: { RoleName: 'x' },
      },
      Policy: {
        made: 'CreatePolicy',
        input: { PolicyName: 'x', PolicyDocument: policyOf('Allow', 'iam:GetUser') },
        by: { PolicyArn: arn('policy/x') },
      },
      InstanceProfile: {
        made: 'CreateInstanceProfile',
        input: { InstanceProfileName: 'x' },
        by: { InstanceProfileName: 'x' },
      },
      ServerCertificate: {
        made: 'UploadServerCertificate',
        input: { ServerCertificateName: 'x', CertificateBody: certificate, PrivateKey: privateKey },
        by: { ServerCertificateName: 'x' },
      },
      OpenIDConnectProvider: {
        made: 'CreateOpenIDConnectProvider',
        input: { Url: 'https://x.test' },
        by: { OpenIDConnectProviderArn: arn('oidc-provider/x.test') },
      },
      MFADevice: {
        made: 'CreateVirtualMFADevice',
        input: { VirtualMFADeviceName: 'x' },
        by: { SerialNumber: arn('mfa/x') },
        unseen: true,
      },
    }
  }

  for (const kind of Object.keys(kinds('1')) as (keyof ReturnType<typeof kinds>)[]) {
    it(`are given, shown, listed and taken away: ${kind}`, async () => {
      const { made, input, by, ...more } = kinds(alice.accountId)[kind]
      const born = [tag('a', '1'), tag('B', '2')]
      const told = JSON.stringify(await ask(made, { ...input, Tags: [...born] }))
      assert.ok(told.includes(JSON.stringify([born[1], born[0]])), told)
      await ask(`Tag${kind}`, { ...by, Tags: [tag('b', 'two'), tag('c')] })
      const now = [tag('a', '1'), tag('b', 'two'), tag('c')]
      assert.deepEqual((await ask(`List${kind}Tags`, by)).Tags, now)
      if (!('unseen' in more)) {
        const got = JSON.stringify(await ask(`Get${kind}`, by))
        assert.ok(got.includes(JSON.stringify(now)), got)
      }
      const page = (await ask(`List${kind}Tags`, { ...by, MaxItems: 2 })) as iam.ListUserTagsResponse
      assert.deepEqual([page.Tags?.length, page.IsTruncated], [2, true])
      const rest = await ask(`List${kind}Tags`, { ...by, Marker: page.Marker })
      assert.deepEqual(rest.Tags, [tag('c')])
      await ask(`Untag${kind}`, { ...by, TagKeys: ['A', 'b', 'unknown'] })
      assert.deepEqual((await ask(`List${kind}Tags`, by)).Tags, [tag('c')])
      const name = Object.keys(by)[0] ?? ''
      const other = { [name]: `${Object.values(by)[0]}y` }
      for (const [verb, further] of [
        [`Tag${kind}`, { Tags: [tag('a')] }],
        [`Untag${kind}`, { TagKeys: ['a'] }],
        [`List${kind}Tags`, {}],
      ] as const) {
        await refusedWith('NoSuchEntity', 404, undefined, ask(verb, { ...other, ...further }))
      }
    })
  }

  it('are refused with keys and values that are none, twice, and beyond the fiftieth', async () => {
    await user('ann', [tag('k', 'v')])
    const add = (...Tags: iam.Tag[]) => ask('TagUser', { UserName: 'ann', Tags })
    const wrong: readonly (readonly [string, ...iam.Tag[]])[] = [
      ['ValidationError', tag('')],
      ['ValidationError', tag('a'.repeat(129))],
      ['ValidationError', tag('a', 'b'.repeat(257))],
      ['ValidationError', tag('a*')],
      ['ValidationError', tag('a', 'b"')],
      ['InvalidInput', tag('aws:mine')],
      ['InvalidInput', tag('AWS:mine')],
      ['InvalidInput', tag('one'), tag('One')],
    ]
    for (const [code, ...Tags] of wrong) {
      await refusedWith(code, 400, undefined, add(...Tags))
      await refusedWith(code, 400, undefined, user('ben', Tags))
    }
    const many = (count: number) => Array.from({ length: count }, (_, index) => tag(`key ${index}`))
    await refusedWith('LimitExceeded', 409, undefined, add(...many(50)))
    assert.deepEqual(await tagsOf('ann'), [tag('k', 'v')])
    await add(...many(49))
    await refusedWith('LimitExceeded', 409, undefined, add(tag('one more')))
    await add(tag('key 0', 'changed'), tag('K', 'w'))
    await refusedWith('NoSuchEntity', 404, undefined, tagsOf('ben'))
  })

  it('are refused in the words of the API when a request has too many, and when a key to be taken away is none', async () => {
    await user('ann', [tag('k', 'v')])
    const invalid = (member: string, constraint: string, request: Promise<unknown>) =>
      refusedWith(
        'ValidationError',
        400,
        `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must ${constraint}`,
        request,
      )
    const keys = Array.from({ length: 51 }, (_, index) => `key ${index}`)
    const Tags = keys.map(key => tag(key))
    const fewer = 'have length less than or equal to 50'
    await invalid('tags', fewer, ask('TagUser', { UserName: 'ann', Tags }))
    await invalid('tags', fewer, user('ben', Tags))
    const long = [tag('a'), tag('b', 'c'.repeat(257))]
    await invalid('tags.2.member.value', 'have length less than or equal to 256', user('ben', long))
    const untag = (...TagKeys: string[]) => ask('UntagUser', { UserName: 'ann', TagKeys })
    await invalid('tagKeys', fewer, untag(...keys))
    await invalid('tagKeys', 'have length less than or equal to 128', untag('a'.repeat(129)))
    const pattern = String.raw`satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+`
    await invalid('tagKeys', pattern, untag('k', 'NOWAY!'))
    assert.deepEqual(await tagsOf('ann'), [tag('k', 'v')])
  })

  it("of the cloud's own policies are none, and nobody's to change", async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    assert.deepEqual((await ask('ListPolicyTags', { PolicyArn })).Tags, [])
    await refusedWith('AccessDenied', 403, undefined, ask('TagPolicy', { PolicyArn, Tags: [tag('a')] }))
  })

  it('stay with a user who is renamed, and go with him', async () => {
    await user('ann', [tag('k', 'v')])
    await ask('UpdateUser', { UserName: 'ann', NewUserName: 'anna', NewPath: '/far/' })
    assert.deepEqual(await tagsOf('anna'), [tag('k', 'v')])
    await ask('DeleteUser', { UserName: 'anna' })
    await user('anna', undefined)
    assert.deepEqual(await tagsOf('anna'), [])
  })

  describe('in conditions', () => {
    let ann: Keys & { readonly arn: string }
    let her: iam.IAMClient
    const may = (Action: string | string[], Condition: object) =>
      havePolicy(
        c,
        alice.accountId,
        'user/ann',
        JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*', Condition }] }),
      )
    const refused = (request: Promise<unknown>) => refusedWith('NotAuthorized', 403, undefined, request)

    beforeEach(() => {
      ann = haveUser(c, alice.accountId, 'ann')
      her = withKeys(c, ann).iam()
    })

    it('tell who asks', async () => {
      may('iam:GetUser', { StringEquals: { 'aws:PrincipalTag/Team': 'red' } })
      await refused(ask('GetUser', { UserName: 'ann' }, her))
      await ask('TagUser', { UserName: 'ann', Tags: [tag('team', 'red')] })
      await ask('GetUser', { UserName: 'ann' }, her)
    })

    it('tell which role a session is of', async () => {
      const document = {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'iam:ListRoles',
            Resource: '*',
            Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
          },
        ],
      }
      await ask('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trusting({ AWS: ann.arn }) })
      havePolicy(c, alice.accountId, 'role/r', JSON.stringify(document))
      const { AssumeRoleCommand } = await import('@aws-sdk/client-sts')
      const { Credentials } = await withKeys(c, ann)
        .sts()
        .send(
          new AssumeRoleCommand({
            RoleArn: `arn:aws:iam::${alice.accountId}:role/r`,
            RoleSessionName: 'session',
          }),
        )
      const inside = withKeys(c, { ...Credentials }).iam()
      await refused(ask('ListRoles', {}, inside))
      await ask('TagRole', { RoleName: 'r', Tags: [tag('team', 'red')] })
      const listed = (await ask('ListRoles', {}, inside)) as iam.ListRolesResponse
      assert.equal(listed.Roles?.length, 1)
    })

    for (const key of ['aws:ResourceTag/team', 'iam:ResourceTag/team']) {
      it(`tell what is asked about: ${key}`, async () => {
        await user('red', [tag('team', 'red')])
        await user('blue', [tag('team', 'blue')])
        may(['iam:GetUser', 'iam:ListUsers'], { StringEquals: { [key]: 'red' } })
        await ask('GetUser', { UserName: 'red' }, her)
        await refused(ask('GetUser', { UserName: 'blue' }, her))
        const { Users } = (await ask('ListUsers', {}, her)) as iam.ListUsersResponse
        assert.deepEqual(
          Users?.map(({ UserName }) => UserName),
          ['red'],
        )
      })
    }

    it('tell what is to be given and taken away', async () => {
      await user('ben', undefined)
      may(['iam:TagUser', 'iam:UntagUser'], {
        StringEqualsIfExists: { 'aws:RequestTag/team': 'red' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'name'] },
      })
      const add = (...Tags: iam.Tag[]) => ask('TagUser', { UserName: 'ben', Tags }, her)
      await add(tag('team', 'red'), tag('name', 'x'))
      await refused(add(tag('team', 'blue')))
      await refused(add(tag('team', 'red'), tag('other')))
      await refused(ask('UntagUser', { UserName: 'ben', TagKeys: ['other'] }, her))
      await ask('UntagUser', { UserName: 'ben', TagKeys: ['team'] }, her)
      assert.deepEqual(await tagsOf('ben'), [tag('name', 'x')])
    })

    it('are to be allowed for what is made with them', async () => {
      may('iam:CreateUser', {})
      await user('plain', undefined, her)
      await refused(user('tagged', [tag('a')], her))
      may(['iam:CreateUser', 'iam:TagUser'], {})
      await user('tagged', [tag('a')], her)
    })
  })
})
