// SPDX-License-Identifier: BSD-2-Clause
// Of each type of resource: what is required, and one that can be made, in an order in which each refers to earlier ones.
import type { EvaluatedObject } from '../../../../src/engine/cloudformation/template/contracts'

/** What the others are made with. */
export interface Around {
  readonly image: string
  /** The Ref of a case by the name of its type. */
  ref(type: string): string
}

export interface Case {
  readonly type: string
  readonly required: readonly string[]
  properties(around: Around): EvaluatedObject
  readonly physicalId: RegExp
  /** Attributes that it has here; by default all that the type names. */
  readonly attributes?: readonly string[]
}

const document = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }],
}
const trust = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}

/** `<stack>-<logical id>-<13>`; the logical ids are the types' last parts. */
const named = (logicalId: string): RegExp => new RegExp(`^console-${logicalId}-[A-Z0-9]{13}$`)

export const publicKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl somebody'

export const cases: readonly Case[] = [
  {
    type: 'AWS::EC2::KeyPair',
    required: ['KeyName', 'PublicKeyMaterial'],
    properties: () => ({ KeyName: 'mine', PublicKeyMaterial: publicKey }),
    physicalId: /^mine$/,
  },
  {
    type: 'AWS::EC2::SecurityGroup',
    required: ['GroupDescription'],
    properties: () => ({
      GroupDescription: 'who may come in',
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: '22', ToPort: '22', CidrIp: '0.0.0.0/0' }],
    }),
    physicalId: named('SecurityGroup'),
    // There are no VPCs here.
    attributes: ['GroupId'],
  },
  {
    type: 'AWS::EC2::SecurityGroupIngress',
    required: ['IpProtocol'],
    properties: ({ ref }) => ({
      GroupName: ref('AWS::EC2::SecurityGroup'),
      ...{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '10.0.0.0/8' },
    }),
    physicalId: named('SecurityGroupIngress'),
  },
  {
    type: 'AWS::EC2::Instance',
    required: ['ImageId'],
    properties: ({ image, ref }) => ({
      ...{ ImageId: image, KeyName: ref('AWS::EC2::KeyPair'), AvailabilityZone: 'PARTI00' },
      SecurityGroups: [ref('AWS::EC2::SecurityGroup')],
    }),
    physicalId: /^i-[0-9a-f]{8}$/,
  },
  {
    type: 'AWS::EC2::EIP',
    required: [],
    properties: () => ({}),
    physicalId: /^[\d.]+$/,
    attributes: [],
  },
  {
    type: 'AWS::EC2::EIPAssociation',
    required: [],
    properties: ({ ref }) => ({ EIP: ref('AWS::EC2::EIP'), InstanceId: ref('AWS::EC2::Instance') }),
    physicalId: named('EIPAssociation'),
  },
  {
    type: 'AWS::EC2::Volume',
    required: ['AvailabilityZone'],
    properties: () => ({ AvailabilityZone: 'PARTI00', Size: '1' }),
    physicalId: /^vol-[0-9a-f]{8}$/,
  },
  {
    type: 'AWS::EC2::VolumeAttachment',
    required: ['Device', 'InstanceId', 'VolumeId'],
    properties: ({ ref }) => ({
      Device: '/dev/sdf',
      InstanceId: ref('AWS::EC2::Instance'),
      VolumeId: ref('AWS::EC2::Volume'),
    }),
    physicalId: named('VolumeAttachment'),
  },
  {
    type: 'AWS::ElasticLoadBalancing::LoadBalancer',
    required: ['Listeners'],
    properties: () => ({
      AvailabilityZones: ['PARTI00'],
      Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: '80', InstancePort: '8888' }],
    }),
    physicalId: /^console-\w+-[A-Z0-9]{13}$/,
  },
  {
    type: 'AWS::AutoScaling::LaunchConfiguration',
    required: ['ImageId', 'InstanceType'],
    properties: ({ image }) => ({ ImageId: image, InstanceType: 'm1.small' }),
    physicalId: named('LaunchConfiguration'),
  },
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    required: ['MaxSize', 'MinSize'],
    properties: ({ ref }) => ({
      ...{ AvailabilityZones: ['PARTI00'], MinSize: '1', MaxSize: '3' },
      LaunchConfigurationName: ref('AWS::AutoScaling::LaunchConfiguration'),
      LoadBalancerNames: [ref('AWS::ElasticLoadBalancing::LoadBalancer')],
    }),
    physicalId: named('AutoScalingGroup'),
  },
  {
    type: 'AWS::AutoScaling::ScalingPolicy',
    required: ['AutoScalingGroupName'],
    properties: ({ ref }) => ({
      AdjustmentType: 'ChangeInCapacity',
      AutoScalingGroupName: ref('AWS::AutoScaling::AutoScalingGroup'),
      ScalingAdjustment: '1',
    }),
    physicalId: /^arn:aws:autoscaling::\d{12}:scalingPolicy:.*policyName\/console-ScalingPolicy-/,
  },
  {
    type: 'AWS::AutoScaling::ScheduledAction',
    required: ['AutoScalingGroupName'],
    properties: ({ ref }) => ({
      AutoScalingGroupName: ref('AWS::AutoScaling::AutoScalingGroup'),
      ...{ MinSize: 1, Recurrence: '0 6 * * *' },
    }),
    physicalId: named('ScheduledAction'),
  },
  {
    type: 'AWS::CloudWatch::Alarm',
    required: [
      ...['ComparisonOperator', 'EvaluationPeriods', 'MetricName', 'Namespace', 'Period', 'Statistic'],
      'Threshold',
    ],
    properties: ({ ref }) => ({
      ...{ ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: '1', MetricName: 'CPUUtilization' },
      ...{ Namespace: 'AWS/EC2', Period: '60', Statistic: 'Average', Threshold: '90' },
      AlarmActions: [ref('AWS::AutoScaling::ScalingPolicy')],
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: ref('AWS::AutoScaling::AutoScalingGroup') }],
    }),
    physicalId: named('Alarm'),
  },
  {
    type: 'AWS::IAM::Group',
    required: [],
    properties: () => ({
      Path: '/people/',
      Policies: [{ PolicyName: 'list', PolicyDocument: document }],
    }),
    physicalId: named('Group'),
  },
  {
    type: 'AWS::IAM::User',
    required: [],
    properties: () => ({ LoginProfile: { Password: 'Correct horse 7 battery' } }),
    physicalId: named('User'),
  },
  {
    type: 'AWS::IAM::UserToGroupAddition',
    required: ['GroupName', 'Users'],
    properties: ({ ref }) => ({ GroupName: ref('AWS::IAM::Group'), Users: [ref('AWS::IAM::User')] }),
    physicalId: named('UserToGroupAddition'),
  },
  {
    type: 'AWS::IAM::AccessKey',
    required: ['UserName'],
    properties: ({ ref }) => ({ UserName: ref('AWS::IAM::User'), Status: 'Inactive' }),
    physicalId: /^AKI[A-Z0-9]+$/,
  },
  {
    type: 'AWS::IAM::Role',
    required: ['AssumeRolePolicyDocument'],
    properties: () => ({ AssumeRolePolicyDocument: trust, Path: '/' }),
    physicalId: named('Role'),
  },
  {
    type: 'AWS::IAM::InstanceProfile',
    required: ['Roles'],
    properties: ({ ref }) => ({ Path: '/', Roles: [ref('AWS::IAM::Role')] }),
    physicalId: named('InstanceProfile'),
  },
  {
    type: 'AWS::IAM::Policy',
    required: ['PolicyDocument', 'PolicyName'],
    properties: ({ ref }) => ({
      ...{ PolicyDocument: document, PolicyName: 'listing' },
      ...{ Groups: [ref('AWS::IAM::Group')], Roles: [ref('AWS::IAM::Role')], Users: [ref('AWS::IAM::User')] },
    }),
    physicalId: named('Policy'),
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    required: ['PolicyDocument'],
    properties: ({ ref }) => ({ PolicyDocument: document, Users: [ref('AWS::IAM::User')] }),
    physicalId: /^arn:aws:iam::\d{12}:policy\/console-ManagedPolicy-[A-Z0-9]{13}$/,
  },
  {
    type: 'AWS::S3::Bucket',
    required: [],
    properties: () => ({ AccessControl: 'PublicRead', VersioningConfiguration: { Status: 'Enabled' } }),
    physicalId: /^console-bucket-[a-z0-9]{13}$/,
  },
  {
    type: 'AWS::S3::BucketPolicy',
    required: ['Bucket', 'PolicyDocument'],
    properties: ({ ref }) => ({
      Bucket: ref('AWS::S3::Bucket'),
      PolicyDocument: {
        Statement: [
          {
            ...{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' },
            Resource: `arn:aws:s3:::${ref('AWS::S3::Bucket')}/*`,
          },
        ],
      },
    }),
    physicalId: named('BucketPolicy'),
  },
]

/** Those that have tests of their own: what waits for somebody. What is of VPCs has cases of its own. */
export const apart: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudFormation::WaitCondition': [],
  'AWS::CloudFormation::WaitConditionHandle': [],
  'AWS::EC2::SecurityGroupEgress': ['GroupId', 'IpProtocol'],
}
