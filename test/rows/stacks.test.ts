// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { printed } from '../../src/cli/output'
import type { Row } from '../../src/rows/cell'
import { stackEventRows, stackResourceRows, stackRows, stackSummaryRows } from '../../src/rows/stacks'
import { templateSummaryRows, validationRows } from '../../src/rows/templates'

/** As it is printed, with tabs that can be seen. */
const lines = (rows: readonly Row[]): string[] =>
  printed(rows, false).replaceAll('\t', '|').split('\n').slice(0, -1)

const at = Object.assign(new Date('2014-02-16T12:13:16Z'), { received: '2014-02-16T12:13:16.789Z' })

describe('A stack', () => {
  const stack = {
    StackName: 'console',
    StackId: 'arn:s',
    StackStatus: 'CREATE_COMPLETE' as const,
    CreationTime: at,
    Description: 'text',
  }

  it('prints its state, its parameters and its outputs', () => {
    const more = {
      Parameters: [
        { ParameterKey: 'KeyName', ParameterValue: 'k' },
        { ParameterKey: 'Old', UsePreviousValue: true },
      ],
      Outputs: [{ OutputKey: 'URL', OutputValue: 'https://h' }],
    }
    assert.deepEqual(lines(stackRows([{ ...stack, ...more, StackStatusReason: 'Complete!' }], false)), [
      'STACK|console|CREATE_COMPLETE|Complete!|text|2014-02-16T12:13:16.789Z',
      'PARAMETER|KeyName||k',
      'PARAMETER|Old|true|',
      'OUTPUT|URL|https://h',
    ])
    assert.deepEqual(lines(stackRows(undefined, false)), [])
  })

  it('prints its ID and its last topic when everything is asked for', () => {
    const long = (NotificationARNs?: string[]) =>
      lines(stackRows([NotificationARNs ? { ...stack, NotificationARNs } : stack], true)).slice(1)
    assert.deepEqual(long(), ['arn:s', 'None'])
    assert.deepEqual(long([]), ['arn:s', '{}'])
    assert.deepEqual(long(['arn:a', 'arn:b']), ['arn:s', "{'member': 'arn:b'}"])
  })

  it('prints no description in a list of all', () => {
    const { Description: TemplateDescription, ...rest } = stack
    assert.deepEqual(lines(stackSummaryRows([{ ...rest, TemplateDescription }])), [
      'STACK|console|CREATE_COMPLETE|||2014-02-16T12:13:16.789Z',
    ])
    assert.deepEqual(lines(stackSummaryRows(undefined)), [])
  })

  it('prints its events and its resources, whose time stands where the original found it', () => {
    const event = {
      StackName: 'console',
      StackId: 'arn:s',
      EventId: 'e',
      ResourceType: 'AWS::EC2::EIP',
      LogicalResourceId: 'Address',
      Timestamp: at,
      ResourceStatus: 'CREATE_FAILED' as const,
      ResourceStatusReason: 'no',
    }
    assert.deepEqual(lines(stackEventRows([event])), [
      'EVENT|console|e|AWS::EC2::EIP|Address||2014-02-16T12:13:16.789Z|CREATE_FAILED|no',
    ])
    const resource = {
      LogicalResourceId: 'Address',
      PhysicalResourceId: '198.18.0.1',
      ResourceType: 'AWS::EC2::EIP',
      ResourceStatus: 'CREATE_COMPLETE' as const,
    }
    assert.deepEqual(lines(stackResourceRows([{ ...resource, LastUpdatedTimestamp: at }])), [
      'RESOURCE|Address|198.18.0.1|AWS::EC2::EIP|2014-02-16T12:13:16.789Z|CREATE_COMPLETE|',
    ])
    assert.deepEqual(lines(stackResourceRows([{ ...resource, Timestamp: at }])), [
      'RESOURCE|Address|198.18.0.1|AWS::EC2::EIP||CREATE_COMPLETE|',
    ])
    assert.deepEqual(lines([...stackEventRows(undefined), ...stackResourceRows(undefined)]), [])
  })
})

describe('A template', () => {
  const parameters = [
    { ParameterKey: 'Type', NoEcho: false, DefaultValue: 'm1.small', Description: 'text' },
    { ParameterKey: 'Secret', NoEcho: true },
  ]
  const needs = { Capabilities: ['CAPABILITY_IAM' as const], CapabilitiesReason: 'because' }

  it('that is described prints what it has, and values that are allowed', () => {
    const [type = {}, secret = {}] = parameters
    const summary = {
      Description: 'about',
      ...needs,
      ResourceTypes: ['AWS::EC2::EIP', 'AWS::IAM::User'],
      Parameters: [{ ...type, ParameterConstraints: { AllowedValues: ['m1.small', 'm1.large'] } }, secret],
      Metadata: '{}',
    }
    assert.deepEqual(lines(templateSummaryRows(summary)), [
      'DESCRIPTION|about',
      'CAPABILITY|CAPABILITY_IAM',
      'CAPABILITYREASON|because',
      'RESOURCETYPES|AWS::EC2::EIP',
      'RESOURCETYPES|AWS::IAM::User',
      'PARAMETER|Type|false|m1.small|text',
      'ALLOWED-VALUE|Type|m1.small',
      'ALLOWED-VALUE|Type|m1.large',
      'PARAMETER|Secret|true||',
      'METADATA|{}',
    ])
    assert.deepEqual(lines(templateSummaryRows({})), [])
  })

  it('that is validated prints its description even if there is none', () => {
    assert.deepEqual(lines(validationRows({ Description: 'about', ...needs, Parameters: parameters })), [
      'DESCRIPTION|about',
      'CAPABILITY|CAPABILITY_IAM',
      'CAPABILITIESREASON|because',
      'PARAMETER|Type|false|m1.small|text',
      'PARAMETER|Secret|true||',
    ])
    assert.deepEqual(lines(validationRows({})), ['DESCRIPTION|'])
  })
})
