// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  type IAMClient,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../support/cloud'

const document = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string, rest: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...rest })

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    error => `${error.Code ?? error.name}: ${error.message}`,
  )

describe('The simulation of policies', () => {
  let c: Cloud
  let acme: Clients
  let iam: IAMClient
  let bob: string

  before(async () => {
    c = await cloud()
    acme = await c.account('acme')
    iam = acme.iam()
    bob = (await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/team/' }))).User?.Arn ?? ''
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'bob',
        PolicyName: 'own',
        PolicyDocument: document(
          allow('ec2:*'),
          allow('s3:GetObject', {
            Condition: { StringEquals: { 's3:ExistingObjectTag/a': '${aws:userid}' } },
          }),
        ),
      }),
    )
  })
  after(() => c.close())

  const simulate = async (input: Partial<SimulatePrincipalPolicyCommandInput>, client = iam) => {
    const { EvaluationResults = [] } = await client.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: bob,
        ActionNames: ['ec2:RunInstances'],
        ...input,
      }),
    )
    return EvaluationResults
  }

  it('tells which statement decided and where it stands', async () => {
    const [result] = await simulate({})
    assert.equal(result?.EvalDecision, 'allowed')
    assert.deepEqual(
      result?.MatchedStatements?.map(({ SourcePolicyId, SourcePolicyType, StartPosition, EndPosition }) => [
        SourcePolicyId,
        SourcePolicyType,
        StartPosition,
        EndPosition,
      ]),
      [['user_bob_own', 'user', { Line: 1, Column: 38 }, { Line: 1, Column: 88 }]],
    )
  })

  it('answers for each action and resource, a page at a time', async () => {
    const ask = { ActionNames: ['ec2:RunInstances', 's3:GetObject'], ResourceArns: ['*', 'arn:aws:s3:::b/k'] }
    const all = await simulate(ask)
    const told = all.map(one => [one.EvalActionName, one.EvalResourceName, one.EvalDecision])
    assert.deepEqual(told, [
      ['ec2:RunInstances', '*', 'allowed'],
      ['ec2:RunInstances', 'arn:aws:s3:::b/k', 'allowed'],
      ['s3:GetObject', '*', 'implicitDeny'],
      ['s3:GetObject', 'arn:aws:s3:::b/k', 'implicitDeny'],
    ])
    assert.deepEqual(all[2]?.MissingContextValues, ['s3:ExistingObjectTag/a'])
    const pages: unknown[] = []
    let Marker: string | undefined
    do {
      const page = await iam.send(
        new SimulatePrincipalPolicyCommand({ PolicySourceArn: bob, ...ask, MaxItems: 3, Marker }),
      )
      pages.push(page.EvaluationResults?.length)
      assert.equal(page.IsTruncated, page.Marker !== undefined)
      Marker = page.Marker
    } while (Marker !== undefined)
    assert.deepEqual(pages, [3, 1])
  })

  it('takes further policies, boundaries, policies of resources and values', async () => {
    const [denied] = await simulate({ PolicyInputList: [document({ ...allow('ec2:Run*'), Effect: 'Deny' })] })
    assert.equal(denied?.EvalDecision, 'explicitDeny')
    assert.equal(denied?.MatchedStatements?.[0]?.SourcePolicyId, 'PolicyInputList.1')
    const [bounded] = await simulate({ PermissionsBoundaryPolicyInputList: [document(allow('s3:*'))] })
    assert.equal(bounded?.EvalDecision, 'implicitDeny')
    assert.deepEqual(bounded?.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: false })
    const bucket = { ActionNames: ['s3:PutObject'], ResourceArns: ['arn:aws:s3:::b/k'] }
    const ResourcePolicy = document(allow('s3:*', { Principal: { AWS: bob } }))
    assert.equal((await simulate(bucket))[0]?.EvalDecision, 'implicitDeny')
    const [invited] = await simulate({ ...bucket, ResourcePolicy })
    assert.equal(invited?.EvalDecision, 'allowed')
    assert.equal(invited?.MatchedStatements?.[0]?.SourcePolicyType, 'resource')
    const elsewhere = { ...bucket, ResourceOwner: 'arn:aws:iam::999999999999:root' }
    assert.equal((await simulate({ ...elsewhere, ResourcePolicy }))[0]?.EvalDecision, 'implicitDeny')
    const CallerArn = bob.replace('bob', 'carol')
    assert.equal((await simulate({ ...bucket, ResourcePolicy, CallerArn }))[0]?.EvalDecision, 'implicitDeny')
    const ContextEntries = [
      {
        ContextKeyName: 'S3:existingObjectTag/a',
        ContextKeyValues: ['me'],
        ContextKeyType: 'string' as const,
      },
      { ContextKeyName: 'aws:userid', ContextKeyValues: ['me'], ContextKeyType: 'string' as const },
    ]
    const [told] = await simulate({ ActionNames: ['s3:GetObject'], ContextEntries })
    assert.equal(told?.EvalDecision, 'allowed')
  })

  it('heeds managed policies and the boundary that somebody has', async () => {
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'dora' }))
    const policy = async (PolicyName: string, PolicyDocument: string) =>
      (await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))).Policy?.Arn
    const everything = await policy('everything', document(allow('*')))
    const reads = await policy('reads', document(allow('ec2:Describe*')))
    await iam.send(new AttachUserPolicyCommand({ UserName: 'dora', PolicyArn: everything }))
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'dora', PermissionsBoundary: reads }))
    const ActionNames = ['ec2:DescribeImages', 'ec2:RunInstances']
    const results = await simulate({ PolicySourceArn: User?.Arn, ActionNames })
    assert.deepEqual(
      results.map(one => [
        one.EvalDecision,
        one.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
      ]),
      [
        ['allowed', true],
        ['implicitDeny', false],
      ],
    )
    const [from] = results[0]?.MatchedStatements ?? []
    assert.deepEqual([from?.SourcePolicyId, from?.SourcePolicyType], [everything, 'user-managed'])
  })

  it('asks the policies of buckets where it is told to', async () => {
    await acme.s3().send(new CreateBucketCommand({ Bucket: 'open' }))
    await acme.s3().send(
      new PutBucketPolicyCommand({
        Bucket: 'open',
        Policy: document({
          ...allow('s3:PutObject'),
          Resource: 'arn:aws:s3:::open/*',
          Principal: { AWS: bob },
        }),
      }),
    )
    const client = acme.iam()
    client.middlewareStack.add(
      next => args => {
        const request = args.request as { body: string }
        request.body += '&UseResourcePolicies=true'
        return next(args)
      },
      { step: 'serialize', priority: 'low' },
    )
    const ask = { ActionNames: ['s3:PutObject'], ResourceArns: ['arn:aws:s3:::open/k'] }
    assert.equal((await simulate(ask))[0]?.EvalDecision, 'implicitDeny')
    const [result] = await simulate(ask, client)
    assert.equal(result?.EvalDecision, 'allowed')
    assert.equal(result?.MatchedStatements?.[0]?.SourcePolicyId, 'arn:aws:s3:::open')
  })

  it('takes documents alone', async () => {
    const custom = (input: object) =>
      iam.send(
        new SimulateCustomPolicyCommand({
          PolicyInputList: [document(allow('ec2:*')), document({ ...allow('ec2:Stop*'), Effect: 'Deny' })],
          ActionNames: ['ec2:RunInstances', 'ec2:StopInstances', 's3:GetObject'],
          ...input,
        }),
      )
    const { EvaluationResults } = await custom({})
    assert.deepEqual(
      EvaluationResults?.map(one => [one.EvalDecision, one.MatchedStatements?.[0]?.SourcePolicyId]),
      [
        ['allowed', 'PolicyInputList.1'],
        ['explicitDeny', 'PolicyInputList.2'],
        ['implicitDeny', undefined],
      ],
    )
  })

  it('lists the keys that policies look at', async () => {
    const own = await iam.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: bob }))
    assert.deepEqual(own.ContextKeyNames, ['s3:ExistingObjectTag/a', 'aws:userid'])
    const given = await iam.send(
      new GetContextKeysForCustomPolicyCommand({
        PolicyInputList: [document(allow('*', { Resource: 'arn:aws:s3:::${aws:username}/*' }))],
      }),
    )
    assert.deepEqual(given.ContextKeyNames, ['aws:username'])
  })

  it('refuses what cannot be asked', async () => {
    const other = await c.account('other')
    const cases: readonly (readonly [Partial<SimulatePrincipalPolicyCommandInput>, string])[] = [
      [{ PolicySourceArn: 'bob' }, 'InvalidInput: Invalid policy source bob'],
      [
        { PolicySourceArn: bob.replace('/team/', '/') },
        `NoSuchEntity: Can not find ${bob.replace('/team/', '/')}`,
      ],
      [{ PolicySourceArn: `${bob}by` }, `NoSuchEntity: Can not find ${bob}by`],
      [{ ActionNames: ['ec2:*'] }, "InvalidInput: 'ec2:*' is not a valid action"],
      [{ ResourceArns: ['image'] }, "InvalidInput: 'image' is not a valid ARN"],
      [{ ResourceOwner: 'me' }, 'InvalidInput: Invalid resource owner me'],
      [{ CallerArn: 'me' }, 'InvalidInput: Invalid caller ARN me'],
      [
        { PolicyInputList: ['{'] },
        'InvalidInput: Invalid Input PolicyInputList.1: Unexpected end of input at line 1, column 2',
      ],
      [
        { ResourcePolicy: document(allow('*')) },
        'InvalidInput: Invalid Input ResourcePolicy: Element Principal or NotPrincipal is required',
      ],
      [{ Marker: 'x' }, 'ValidationError: Invalid Marker.'],
    ]
    for (const [input, expected] of cases) assert.equal(await refusal(simulate(input)), expected)
    assert.equal(await refusal(simulate({}, other.iam())), `NoSuchEntity: Can not find ${bob}`)
    const made = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }))
    const bobs = acme.iam()
    bobs.config.credentials = async () => ({
      accessKeyId: made.AccessKey?.AccessKeyId ?? '',
      secretAccessKey: made.AccessKey?.SecretAccessKey ?? '',
    })
    assert.equal(
      await refusal(simulate({}, bobs)),
      'NotAuthorized: Not authorized to simulate principal policy by bob',
    )
    // The administrators of the cloud may ask about everybody.
    assert.equal((await simulate({}, c.iam()))[0]?.EvalDecision, 'allowed')
  })
})
