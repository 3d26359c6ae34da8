// SPDX-License-Identifier: BSD-2-Clause
// What is asked about templates without a stack.
import assert from 'node:assert/strict'
import {
  EstimateTemplateCostCommand,
  GetTemplateSummaryCommand,
  type GetTemplateSummaryCommandInput,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../../ec2/expect'
import { person } from '../../ec2/people'
import { create } from '../stacks/made'
import { group, withGroup } from './reading'

const body = withGroup({
  Description: 'two of each',
  Metadata: { author: 'somebody', numbers: [1, 2] },
  Parameters: {
    Name: { Type: 'String', Default: 'n', AllowedValues: ['n', 'm'], Description: 'a name' },
    Key: { Type: 'AWS::EC2::KeyPair::KeyName' },
    Secret: { Type: 'String', NoEcho: true },
  },
  Resources: { U: { Type: 'AWS::IAM::User' }, V: { Type: 'AWS::IAM::User' }, H: group },
})

describe('Templates without a stack', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const validate = (TemplateBody?: string, who: Pick<Clients, 'cloudformation'> = c) =>
    who.cloudformation().send(new ValidateTemplateCommand({ TemplateBody }))
  const summary = (input: GetTemplateSummaryCommandInput, who: Pick<Clients, 'cloudformation'> = c) =>
    who.cloudformation().send(new GetTemplateSummaryCommand(input))

  const reason = 'The following resource(s) require capabilities: [AWS::IAM::User]'

  it('are valid, and have these parameters', async () => {
    const { $metadata: _, ...answer } = await validate(body)
    assert.deepEqual(answer, {
      Description: 'two of each',
      Capabilities: ['CAPABILITY_IAM'],
      CapabilitiesReason: reason,
      Parameters: [
        { ParameterKey: 'Name', DefaultValue: 'n', NoEcho: false, Description: 'a name' },
        { ParameterKey: 'Key', NoEcho: false },
        { ParameterKey: 'Secret', NoEcho: true },
      ],
    })
  })

  it('need nothing when they have nothing that needs it', async () => {
    const { Capabilities, CapabilitiesReason, Parameters } = await validate(withGroup({}))
    assert.deepEqual([Capabilities, CapabilitiesReason, Parameters], [[], undefined, []])
  })

  it('are summed up', async () => {
    const { $metadata: _, ...answer } = await summary({ TemplateBody: body })
    assert.deepEqual(answer, {
      Description: 'two of each',
      Capabilities: ['CAPABILITY_IAM'],
      CapabilitiesReason: reason,
      Version: '2010-09-09',
      Metadata: '{"author":"somebody","numbers":[1,2]}',
      ResourceTypes: ['AWS::EC2::SecurityGroup', 'AWS::IAM::User'],
      Parameters: [
        {
          ParameterKey: 'Name',
          ParameterType: 'String',
          DefaultValue: 'n',
          NoEcho: false,
          Description: 'a name',
          ParameterConstraints: { AllowedValues: ['n', 'm'] },
        },
        { ParameterKey: 'Key', ParameterType: 'AWS::EC2::KeyPair::KeyName', NoEcho: false },
        { ParameterKey: 'Secret', ParameterType: 'String', NoEcho: true },
      ],
    })
  })

  it("may be a stack's", async () => {
    await create(c, { G: group }, { template: { Description: 'of a stack' } })
    assert.equal((await summary({ StackName: 'web' })).Description, 'of a stack')
    await refused(summary({ StackName: 'none' }), 'ValidationError', 'Stack none does not exist')
    const alice = await c.account('alice')
    await refused(summary({ StackName: 'web' }, alice), 'ValidationError', 'Stack web does not exist')
  })

  it('may be in a bucket', async () => {
    await c.s3().send(new CreateBucketCommand({ Bucket: 'templates' }))
    await c.s3().send(new PutObjectCommand({ Bucket: 'templates', Key: 'a.json', Body: body }))
    const TemplateURL = 'http://127.0.0.1:8773/services/objectstorage/templates/a.json'
    assert.equal((await summary({ TemplateURL })).Description, 'two of each')
    const { Description } = await c.cloudformation().send(new ValidateTemplateCommand({ TemplateURL }))
    assert.equal(Description, 'two of each')
  })

  it('cost nothing, and their parameters are looked at', async () => {
    const estimate = (Parameters: readonly { ParameterKey: string; ParameterValue: string }[]) =>
      c
        .cloudformation()
        .send(new EstimateTemplateCostCommand({ TemplateBody: body, Parameters: [...Parameters] }))
    const given = [
      { ParameterKey: 'Key', ParameterValue: 'k' },
      { ParameterKey: 'Secret', ParameterValue: 's' },
    ]
    assert.equal((await estimate(given)).Url, undefined)
    await refused(estimate([]), 'ValidationError', 'Parameters: [Key, Secret] must have values')
  })

  it('are given once', async () => {
    await refused(validate(), 'ValidationError', 'Either TemplateBody or TemplateURL must be set.')
    await refused(
      c
        .cloudformation()
        .send(new ValidateTemplateCommand({ TemplateBody: body, TemplateURL: 'http://a/b/c' })),
      'ValidationError',
      'Exactly one of TemplateBody or TemplateURL must be set.',
    )
    await refused(
      summary({}),
      'ValidationError',
      'Either StackName or TemplateBody or TemplateURL must be set.',
    )
    await refused(
      summary({ StackName: 'web', TemplateBody: body }),
      'ValidationError',
      'Exactly one of StackName or TemplateBody or TemplateURL must be set.',
    )
    await refused(summary({ StackSetName: 'set' }), 'ValidationError', 'StackSetName is not supported.')
  })

  it('are refused with their faults, unknown properties among them', async () => {
    await refused(validate('{}'), 'ValidationError', 'At least one Resources member must be defined.')
    const yaml =
      'Resources:\n  G:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: g\n      Colour: red'
    await refused(
      validate(yaml),
      'ValidationError',
      'Encountered unsupported property or properties [Colour] (line 6: Resources.G.Properties.Colour)',
    )
  })

  it('are for whoever may ask', async () => {
    const alice = await c.account('alice')
    await create(c, { G: group }, {}, alice)
    const carl = person(c, alice, 'carl')
    const all = [
      () => validate(body, carl),
      () => summary({ TemplateBody: body }, carl),
      () => summary({ StackName: 'web' }, carl),
      () => carl.cloudformation().send(new EstimateTemplateCostCommand({ TemplateBody: withGroup({}) })),
    ]
    for (const ask of all) await refused(ask(), 'AccessDenied')
    carl.may({
      Action: ['ValidateTemplate', 'GetTemplateSummary', 'EstimateTemplateCost'].map(
        action => `cloudformation:${action}`,
      ),
    })
    for (const ask of all) await ask()
    const stack = `arn:aws:cloudformation::${alice.accountId}:stack/other/*`
    carl.may({ Action: 'cloudformation:GetTemplateSummary', Resource: stack })
    await refused(summary({ StackName: 'web' }, carl), 'AccessDenied', 'Not authorized.')
  })
})
