// SPDX-License-Identifier: BSD-2-Clause
// The managed policies that every account finds here, with the names and ARNs that AWS' have. Of AWS' documents they have
// what is about services that a cloud of this kind has; what AWS lets services of its own do is left out.

interface CloudPolicy {
  readonly name: string
  readonly id: string
  readonly description: string
  /** When AWS made it: programs print it. */
  readonly createdAt: string
  readonly document: string
}

const start = 'arn:aws:iam::aws:policy/'

const documentOf = (...Statement: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement }, undefined, 4)

const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' })

const policies: readonly CloudPolicy[] = [
  {
    name: 'AdministratorAccess',
    id: 'ANPAIWMBCKSKIEE64ZLYK',
    description: 'Provides full access to AWS services and resources.',
    createdAt: '2015-02-06T18:39:46Z',
    document: documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }),
  },
  {
    name: 'PowerUserAccess',
    id: 'ANPAJYRXTHIB4FOVS3ZXS',
    description:
      'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    createdAt: '2015-02-06T18:39:47Z',
    document: documentOf({ Effect: 'Allow', NotAction: ['iam:*'], Resource: '*' }, allow('iam:ListRoles')),
  },
  {
    name: 'ReadOnlyAccess',
    id: 'ANPAILL3HVNFSB6DCOWYQ',
    description: 'Provides read-only access to AWS services and resources.',
    createdAt: '2015-02-06T18:39:48Z',
    document: documentOf(
      allow(
        'autoscaling:Describe*',
        'cloudformation:Describe*',
        'cloudformation:Get*',
        'cloudformation:List*',
        'cloudwatch:Describe*',
        'cloudwatch:Get*',
        'cloudwatch:List*',
        'ebs:Get*',
        'ebs:List*',
        'ec2:Describe*',
        'ec2:Get*',
        'elasticloadbalancing:Describe*',
        'iam:Get*',
        'iam:List*',
        'iam:Simulate*',
        's3:Get*',
        's3:List*',
        'sts:GetAccessKeyInfo',
        'sts:GetCallerIdentity',
        'sts:GetSessionToken',
      ),
    ),
  },
  {
    name: 'IAMFullAccess',
    id: 'ANPAI7XKCFMBPM3QQRRVQ',
    description: 'Provides full access to IAM via the AWS Management Console.',
    createdAt: '2015-02-06T18:40:38Z',
    document: documentOf(allow('iam:*')),
  },
  {
    name: 'IAMReadOnlyAccess',
    id: 'ANPAJKSO7NDY4T57MWDSQ',
    description: 'Provides read only access to IAM via the AWS Management Console.',
    createdAt: '2015-02-06T18:40:39Z',
    document: documentOf(
      allow('iam:Get*', 'iam:List*', 'iam:SimulateCustomPolicy', 'iam:SimulatePrincipalPolicy'),
    ),
  },
  {
    name: 'IAMUserChangePassword',
    id: 'ANPAJ4L4MM2A7QIEB56MS',
    description: 'Provides the ability for an IAM user to change their own password.',
    createdAt: '2016-11-15T00:25:16Z',
    document: documentOf(
      {
        Effect: 'Allow',
        Action: ['iam:ChangePassword'],
        Resource: ['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::*:user/*/${aws:username}'],
      },
      allow('iam:GetAccountPasswordPolicy'),
    ),
  },
  {
    name: 'AmazonEC2FullAccess',
    id: 'ANPAI3VAJF5ZCRZ7MCQE6',
    description: 'Provides full access to Amazon EC2 via the AWS Management Console.',
    createdAt: '2015-02-06T18:40:15Z',
    document: documentOf(
      allow('ec2:*'),
      allow('elasticloadbalancing:*'),
      allow('cloudwatch:*'),
      allow('autoscaling:*'),
    ),
  },
  {
    name: 'AmazonEC2ReadOnlyAccess',
    id: 'ANPAIGDT4SV4GSETWTBZK',
    description: 'Provides read only access to Amazon EC2 via the AWS Management Console.',
    createdAt: '2015-02-06T18:40:17Z',
    document: documentOf(
      allow('ec2:Describe*'),
      allow('elasticloadbalancing:Describe*'),
      allow('cloudwatch:ListMetrics', 'cloudwatch:GetMetricStatistics', 'cloudwatch:Describe*'),
      allow('autoscaling:Describe*'),
    ),
  },
  {
    name: 'AmazonS3FullAccess',
    id: 'ANPAIFIR6V6BVTRAHWINE',
    description: 'Provides full access to all buckets via the AWS Management Console.',
    createdAt: '2015-02-06T18:40:58Z',
    document: documentOf(allow('s3:*')),
  },
  {
    name: 'AmazonS3ReadOnlyAccess',
    id: 'ANPAIZTJ4DXE7G6AGAE6M',
    description: 'Provides read only access to all buckets via the AWS Management Console.',
    createdAt: '2015-02-06T18:40:59Z',
    document: documentOf(allow('s3:Get*', 's3:List*')),
  },
]

const byArn = new Map(policies.map(policy => [start + policy.name, policy]))

export const cloudPolicy = (arn: string): CloudPolicy | undefined => byArn.get(arn)

export const cloudPolicies: readonly (readonly [string, CloudPolicy])[] = [...byArn]
