// SPDX-License-Identifier: BSD-2-Clause
// What requests for stacks may say, and what is told of stacks.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-cloudformation'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { havePolicy } from '../../sts/people'
import { create, eventsOf, group, remove, stackNow, statusOf, templateOf, update } from './made'

const body = templateOf({ A: group('a') })

describe('requests for stacks', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const refused = async (run: Promise<unknown>, code: string, message: string | RegExp) => {
    const error = await run.then(
      () => assert.fail('it was not refused'),
      (error: Error) => error,
    )
    assert.equal(error.name, code, error.message)
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
  }
  const order = (input: Partial<sdk.CreateStackCommandInput>, who: Clients = c) =>
    who
      .cloudformation()
      .send(new sdk.CreateStackCommand({ StackName: 'web', ...input } as sdk.CreateStackCommandInput))
  const noStacks = () =>
    assert.deepEqual(
      c.engine.read(tx => tx.stacks.everywhere()),
      [],
    )

  it('are refused in the words of the service, and leave nothing', async () => {
    const tag = (Key: string, Value: string) => ({ Tags: [{ Key, Value }] })
    const cases: readonly [Partial<sdk.CreateStackCommandInput>, string | RegExp][] = [
      [
        { StackName: '1web', TemplateBody: body },
        'Stack name 1web must contain only letters, numbers, dashes and start with an alpha character.',
      ],
      [{ StackName: 'a'.repeat(256), TemplateBody: body }, /no longer than 255 characters/],
      [{}, 'Either TemplateBody or TemplateURL must be set.'],
      [
        { TemplateBody: body, TemplateURL: 'http://s3.test/b/k' },
        'Exactly one of TemplateBody or TemplateURL must be set.',
      ],
      [{ TemplateBody: body, ...tag('k', '') }, 'Tags can not be null or empty'],
      [{ TemplateBody: body, ...tag('aws:k', 'v') }, 'Invalid tag key.  "aws:" is a reserved prefix.'],
      [{ TemplateBody: body, ...tag('euca:k', 'v') }, 'Invalid tag key.  "euca:" is a reserved prefix.'],
      [
        { TemplateBody: body, OnFailure: 'NEVER' as 'DELETE' },
        "Value 'NEVER' at 'onFailure' failed to satisfy constraint: Member must satisfy enum value set: [ROLLBACK, DELETE, DO_NOTHING]",
      ],
      [
        { TemplateBody: body, OnFailure: 'DELETE', DisableRollback: true },
        'Either DisableRollback or OnFailure can be specified, not both.',
      ],
      [{ TemplateBody: body, TimeoutInMinutes: 0 }, /at 'timeoutInMinutes' failed to satisfy constraint/],
      [{ TemplateBody: body, RoleARN: 'arn:aws:iam::000000000000:role/r' }, 'RoleARN is not supported.'],
      [{ TemplateBody: 'x'.repeat(51_201) }, 'Template body exceeds maximum byte count of 51200'],
      [{ TemplateURL: 'http://example.org/b/k' }, 'Invalid template url http://example.org/b/k'],
      [{ TemplateURL: 'https://s3.amazonaws.com/b/k' }, 'Invalid template url https://s3.amazonaws.com/b/k'],
      [{ TemplateURL: 'ftp://cloud.test/b/k' }, /Invalid template url/],
      [{ TemplateURL: 'http://cloud.test:8773/services/objectstorage/none/k' }, /^S3 error: /],
      [{ TemplateBody: body, StackPolicyBody: '{}' }, /Error validating stack policy/],
      [
        { TemplateBody: body, StackPolicyBody: '{}', StackPolicyURL: 'http://cloud.test/b/k' },
        'Exactly one of StackPolicyBody or StackPolicyURL must be set.',
      ],
      [{ TemplateBody: '{}' }, 'At least one Resources member must be defined.'],
      [
        { TemplateBody: templateOf({ A: group('a', { Desired: 1 }) }) },
        /^Encountered unsupported property or properties \[Desired\] \(line 1: Resources\.A\.Properties\.Desired\)$/,
      ],
      [
        { TemplateBody: body, Parameters: [{ ParameterKey: 'P', ParameterValue: 'v' }] },
        /do not exist in the template/,
      ],
    ]
    for (const [input, message] of cases) await refused(order(input), 'ValidationError', message)
    const user = templateOf({ U: { Type: 'AWS::IAM::User' } })
    await refused(
      order({ TemplateBody: user }),
      'InsufficientCapabilities',
      'Required capabilities:[CAPABILITY_IAM]',
    )
    noStacks()
  })

  it('of a name that there is are refused, unless they are sent again with their token', async () => {
    const first = await order({ TemplateBody: body, ClientRequestToken: 'one' })
    await c.settle()
    assert.deepEqual((await order({ TemplateBody: body, ClientRequestToken: 'one' })).StackId, first.StackId)
    await refused(order({ TemplateBody: body }), 'AlreadyExists', 'Stack already exists')
    await refused(
      order({ TemplateBody: body, StackName: 'other', ClientRequestToken: 'one' }),
      'TokenAlreadyExistsException',
      'A client request token already exists.',
    )
    const { StackEvents = [] } = await c
      .cloudformation()
      .send(new sdk.DescribeStackEventsCommand({ StackName: 'web' }))
    assert.ok(StackEvents.every(({ ClientRequestToken }) => ClientRequestToken === 'one'))
    assert.equal(new Set(StackEvents.map(({ EventId }) => EventId)).size, StackEvents.length)
    await remove(c)
    await create(c, { A: group('a') })
    assert.equal(await statusOf(c), 'CREATE_COMPLETE')
  })

  it('may name a template in the object storage, by path and by host, which is read as the caller', async () => {
    await c.s3().send(new CreateBucketCommand({ Bucket: 'templates' }))
    await c.s3().send(new PutObjectCommand({ Bucket: 'templates', Key: 'a/web.json', Body: body }))
    await c.s3().send(new PutObjectCommand({ Bucket: 'templates', Key: 'big', Body: 'x'.repeat(460_801) }))
    const urls = [
      'http://cloud.test:8773/services/objectstorage/templates/a/web.json',
      'http://cloud.test:8773/services/Walrus/templates/a/web.json',
      'http://s3.cloud.test:8773/templates/a/web.json',
      'http://templates.s3.cloud.test:8773/a/web.json',
      'http://127.0.0.1:8773/services/objectstorage/templates/a%2Fweb.json',
    ]
    for (const [index, TemplateURL] of urls.entries()) {
      await order({ StackName: `web${index}`, TemplateURL })
      await c.settle()
      assert.equal(await statusOf(c, `web${index}`), 'CREATE_COMPLETE', TemplateURL)
    }
    const big = 'http://s3.cloud.test:8773/templates/big'
    await refused(
      order({ TemplateURL: big }),
      'ValidationError',
      'Template url exceeds maximum byte count of 460800',
    )
    const alice = await c.account('alice')
    await refused(order({ TemplateURL: urls[0] }, alice), 'ValidationError', /^S3 error: Access/)
  })

  it('are held to the quota of the account', async () => {
    const alice = await c.account('alice')
    havePolicy(
      c,
      alice.accountId,
      'account',
      JSON.stringify({
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          {
            ...{ Effect: 'Limit', Action: 'cloudformation:CreateStack', Resource: '*' },
            Condition: { NumericLessThanEquals: { 'cloudformation:quota-stacknumber': '1' } },
          },
        ],
      }),
    )
    await create(c, { A: group('a') }, {}, alice)
    await refused(order({ StackName: 'two', TemplateBody: body }, alice), 'InternalFailure', /quota/)
    await remove(c, 'web', alice)
    await create(c, { A: group('a') }, { StackName: 'two' }, alice)
  })

  it('of unknown properties pass where the operator is lenient, and are warned of', async () => {
    const { setting } = c.engine.around
    const around = c.engine.around as { setting: unknown }
    around.setting = (name: string) =>
      name === 'CLOUDFORMATION_ENFORCE_STRICT_RESOURCE_PROPERTIES' ? 0 : setting?.(name)
    await create(c, { A: group('a', { Desired: 1 }) })
    assert.equal(await statusOf(c), 'CREATE_COMPLETE')
    assert.equal(
      (await eventsOf(c))[1],
      'web CREATE_IN_PROGRESS Encountered unsupported property or properties [Desired] (line 1: Resources.A.Properties.Desired)',
    )
  })

  it('are told of stacks, whole and in part', async () => {
    const id = await create(
      c,
      { A: group('a', {}, { Metadata: { Comment: 'hello' }, Description: 'first' }) },
      {
        ...{ Tags: [{ Key: 'k', Value: 'v' }], NotificationARNs: ['arn:aws:sns::000000000000:t'] },
        ...{ TimeoutInMinutes: 5, DisableRollback: true },
        template: {
          ...{
            Description: 'all of it',
            Parameters: { P: { Type: 'String', NoEcho: true, Default: 'hush' } },
          },
          Outputs: { O: { Value: { 'Fn::GetAtt': ['A', 'GroupId'] }, Description: 'its id' } },
        },
      },
    )
    const stack = await stackNow(c)
    const groupId = c.engine.read(
      tx => tx.securityGroups.list().find(({ name }) => name.startsWith('web'))?.id,
    )
    assert.deepEqual(
      {
        ...{ id: stack.StackId, description: stack.Description, outputs: stack.Outputs, tags: stack.Tags },
        ...{ parameters: stack.Parameters, minutes: stack.TimeoutInMinutes, arns: stack.NotificationARNs },
        disabled: stack.DisableRollback,
      },
      {
        ...{ id, description: 'all of it', tags: [{ Key: 'k', Value: 'v' }], minutes: 5, disabled: true },
        outputs: [{ OutputKey: 'O', OutputValue: groupId, Description: 'its id' }],
        ...{
          parameters: [{ ParameterKey: 'P', ParameterValue: '****' }],
          arns: ['arn:aws:sns::000000000000:t'],
        },
      },
    )
    const client = c.cloudformation()
    const named = { StackName: 'web', LogicalResourceId: 'A' }
    const { StackResourceDetail: detail } = await client.send(new sdk.DescribeStackResourceCommand(named))
    assert.deepEqual([detail?.Metadata, detail?.Description], ['{"Comment":"hello"}', 'first'])
    const PhysicalResourceId = detail?.PhysicalResourceId
    const { StackResources } = await client.send(
      new sdk.DescribeStackResourcesCommand({ PhysicalResourceId }),
    )
    assert.equal(StackResources?.[0]?.StackName, 'web')
    const { StackResourceSummaries } = await client.send(new sdk.ListStackResourcesCommand({ StackName: id }))
    assert.deepEqual(
      StackResourceSummaries?.map(({ LogicalResourceId }) => LogicalResourceId),
      ['A'],
    )
    const { StackSummaries } = await client.send(
      new sdk.ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'] }),
    )
    assert.deepEqual(
      StackSummaries?.map(({ TemplateDescription }) => TemplateDescription),
      ['all of it'],
    )
    const none = await client.send(new sdk.ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }))
    assert.deepEqual(none.StackSummaries ?? [], [])
    assert.equal(
      (await client.send(new sdk.GetStackPolicyCommand({ StackName: 'web' }))).StackPolicyBody,
      undefined,
    )
    // No secret is where it could be read.
    assert.ok(
      !JSON.stringify(await client.send(new sdk.DescribeStackEventsCommand({ StackName: 'web' }))).includes(
        'hush',
      ),
    )
  })

  it('of stacks that are not there are answered as Eucalyptus did', async () => {
    const client = c.cloudformation()
    const StackName = 'none'
    assert.deepEqual((await client.send(new sdk.DescribeStacksCommand({ StackName }))).Stacks ?? [], [])
    assert.deepEqual(
      (await client.send(new sdk.DescribeStackEventsCommand({ StackName }))).StackEvents ?? [],
      [],
    )
    await client.send(new sdk.DeleteStackCommand({ StackName }))
    const message = 'Stack none does not exist'
    await refused(client.send(new sdk.GetTemplateCommand({ StackName })), 'ValidationError', message)
    await refused(client.send(new sdk.ListStackResourcesCommand({ StackName })), 'ValidationError', message)
    await refused(
      client.send(new sdk.DescribeStackResourceCommand({ StackName, LogicalResourceId: 'A' })),
      ...(['ValidationError', 'Stack with name none does not exist'] as const),
    )
    await refused(client.send(new sdk.DescribeStackResourcesCommand({})), 'ValidationError', /must be set/)
    await refused(
      client.send(new sdk.DescribeStackResourcesCommand({ StackName, PhysicalResourceId: 'x' })),
      ...(['ValidationError', /Exactly one of/] as const),
    )
    await refused(
      client.send(new sdk.DescribeStackResourcesCommand({ PhysicalResourceId: 'x' })),
      ...(['ValidationError', 'Stack for x does not exist'] as const),
    )
    await refused(client.send(new sdk.SetStackPolicyCommand({ StackName })), 'ValidationError', message)
    await create(c, { A: group('a') })
    await refused(
      client.send(new sdk.SetStackPolicyCommand({ StackName: 'web' })),
      ...(['ValidationError', 'Either StackPolicyBody or StackPolicyURL must be set.'] as const),
    )
    await refused(
      client.send(new sdk.DescribeStackResourceCommand({ StackName: 'web', LogicalResourceId: 'B' })),
      ...(['ValidationError', 'Resource B does not exist for stack web'] as const),
    )
  })

  it("show a cloud administrator everybody's, who may name them by their ids", async () => {
    const alice = await c.account('alice')
    const id = await create(c, { A: group('a') }, {}, alice)
    assert.equal(await statusOf(c, id), 'CREATE_COMPLETE')
    assert.equal((await stackNow(c, 'verbose')).StackId, id)
    assert.equal(await stackNow(alice, 'verbose'), undefined)
    const bob = await c.account('bob')
    assert.equal(await stackNow(bob, id), undefined)
    await remove(c, id, bob)
    assert.equal(await statusOf(alice, id), 'CREATE_COMPLETE')
    await remove(c, id)
    assert.equal(await statusOf(alice, id), 'DELETE_COMPLETE')
    assert.equal(
      c.engine.read(tx => tx.securityGroups.list().some(({ name }) => name.startsWith('web'))),
      false,
    )
  })

  it('cannot delete what is protected, nor keep what could be deleted', async () => {
    const client = c.cloudformation()
    const protect = (EnableTerminationProtection: boolean) =>
      client.send(
        new sdk.UpdateTerminationProtectionCommand({ StackName: 'web', EnableTerminationProtection }),
      )
    await create(c, { A: group('a') }, { EnableTerminationProtection: true })
    await refused(
      remove(c),
      ...([
        'ValidationError',
        'Stack [web] cannot be deleted while TerminationProtection is enabled',
      ] as const),
    )
    await protect(false)
    await refused(
      client.send(new sdk.DeleteStackCommand({ StackName: 'web', RetainResources: ['A'] })),
      ...(['ValidationError', /only when the stack is in the DELETE_FAILED state/] as const),
    )
    await remove(c)
    await refused(protect(true), 'ValidationError', 'Stack web does not exist')
  })

  it('find deleted stacks for 90 days, without their secrets', async () => {
    const Parameters = { P: { Type: 'String', NoEcho: true, Default: 'hush' } }
    const id = await create(c, { A: group('a') }, { template: { Parameters } })
    await remove(c)
    c.clock.advance(89 * 24 * 3600)
    await c.settle()
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.ok(!c.engine.read(tx => tx.stacks.everywhere()[0]?.parameters.includes('hush')))
    c.clock.advance(2 * 24 * 3600)
    await c.settle()
    noStacks()
    const left = c.engine.read(tx =>
      [tx.stackResources, tx.stackEvents, tx.stackTemplates, tx.stackNames].map(
        table => table.everywhere().length,
      ),
    )
    assert.deepEqual(left, [0, 0, 0, 0])
  })

  it('put stacks in stacks, which go with them', async () => {
    const inner = (port: number) =>
      templateOf(
        {
          I: group('i', {
            SecurityGroupIngress: [
              { IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIp: { Ref: 'From' } },
            ],
          }),
        },
        { Parameters: { From: { Type: 'String' } }, Outputs: { Name: { Value: { Ref: 'I' } } } },
      )
    await c.s3().send(new CreateBucketCommand({ Bucket: 'templates' }))
    for (const [Key, port] of [
      ['one', 1],
      ['two', 2],
    ] as const) {
      await c.s3().send(new PutObjectCommand({ Bucket: 'templates', Key, Body: inner(port) }))
    }
    const outer = (key: string, From: string) => ({
      N: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: `http://s3.cloud.test/templates/${key}`, Parameters: { From } },
      },
    })
    const Outputs = { Inner: { Value: { 'Fn::GetAtt': ['N', 'Outputs.Name'] } } }
    const Capabilities = ['CAPABILITY_IAM' as const]
    const options = { template: { Outputs }, Capabilities }
    const id = await create(c, outer('one', '10.0.0.0/8'), options)
    await c.pass(10)
    const { Outputs: told = [] } = await stackNow(c)
    assert.match(told[0]?.OutputValue ?? '', /^web-N-[A-Z0-9]{13}-I-[A-Z0-9]{13}$/)
    const nested = (await c.cloudformation().send(new sdk.DescribeStacksCommand({}))).Stacks?.find(
      ({ ParentId }) => ParentId === id,
    )
    assert.equal(nested?.RootId, id)
    await update(c, outer('two', '10.0.0.0/8'), options)
    await c.pass(10)
    assert.equal(await statusOf(c), 'UPDATE_COMPLETE')
    assert.equal(await statusOf(c, nested?.StackId), 'UPDATE_COMPLETE')
    await update(c, outer('two', 'nowhere'), options)
    await c.pass(20)
    assert.equal(await statusOf(c), 'UPDATE_ROLLBACK_COMPLETE')
    await remove(c)
    await c.pass(10)
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.equal(await statusOf(c, nested?.StackId), 'DELETE_COMPLETE')
    await create(c, outer('one', 'nowhere'), { ...options, StackName: 'bad' })
    await c.pass(10)
    const events = await eventsOf(c, 'bad')
    assert.ok(
      events.some(event =>
        /^N CREATE_FAILED Embedded stack arn:.* was not successfully created: The following/.test(event),
      ),
      events.join('\n'),
    )
    assert.equal(await statusOf(c, 'bad'), 'ROLLBACK_COMPLETE')
  })
})
