// SPDX-License-Identifier: BSD-2-Clause
// What requests for stacks may say, and what is told of stacks.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-cloudformation'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { havePolicy } from '../../sts/people'
import { create, eventsOf, group, remove, statusOf, templateOf } from './made'

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
      [
        { StackName: 'a'.repeat(256), TemplateBody: body },
        /^Stack name a+ must be no longer than 255 characters\.$/,
      ],
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
      [{ TemplateBody: 'x'.repeat(51_201) }, 'Template body may not exceed 51200 bytes in a request.'],
      [{ TemplateURL: 'http://example.org/b/k' }, 'Invalid Template URL:http://example.org/b/k'],
      [{ TemplateURL: 'https://s3.amazonaws.com/b/k' }, 'Invalid Template URL:https://s3.amazonaws.com/b/k'],
      [{ TemplateURL: 'ftp://cloud.test/b/k' }, /^Invalid Template URL:ftp/],
      [{ TemplateURL: 'http://cloud.test:8773/services/objectstorage/none/k' }, / \(bucket=none, key=k$/],
      [{ TemplateBody: body, StackPolicyBody: '{}' }, /Error validating stack policy/],
      [
        { TemplateBody: body, StackPolicyBody: '{}', StackPolicyURL: 'http://cloud.test/b/k' },
        'You cannot specify both StackPolicyURL and StackPolicyBody',
      ],
      [
        { TemplateBody: body, Capabilities: ['CAPABILITY_ALL' as 'CAPABILITY_IAM'] },
        'Capability CAPABILITY_ALL is not a valid capability.  Valid values are [CAPABILITY_IAM, CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND]',
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
      'Template URL exceeds maximum byte count, 460800',
    )
    const alice = await c.account('alice')
    await refused(
      order({ TemplateURL: urls[0] }, alice),
      'ValidationError',
      'Template URL is an S3 URL to a non-existent or unauthorized bucket/key.  (bucket=templates, key=a/web.json',
    )
  })

  it('may have more capabilities than the template needs', async () => {
    const user = { U: { Type: 'AWS::IAM::User' } }
    await create(c, user, { StackName: 'named', Capabilities: ['CAPABILITY_NAMED_IAM'] })
    assert.equal(await statusOf(c, 'named'), 'CREATE_COMPLETE')
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
})
