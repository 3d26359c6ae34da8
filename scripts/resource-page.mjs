// SPDX-License-Identifier: BSD-2-Clause
// Writes docs/cloudformation-resources.md: what templates can say of each type of resource, from the table in
// src/engine/cloudformation/resources.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import 'tsx'

const require = createRequire(import.meta.url)
const { resourceTypes } = require('../src/engine/cloudformation/resources/index.ts')

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const page = 'docs/cloudformation-resources.md'

/** What the table does not tell: what Ref gives, and what is particular here. */
const remarks = {
  'AWS::AutoScaling::AutoScalingGroup': [
    'the name',
    'It is made empty, tagged, and only then given its sizes, so that its first instances have the tags. It is complete when it is made; with a creation policy, when enough of its instances have signalled. A desired capacity that an update does not change is left as it is. It is removed once its instances have ended.',
  ],
  'AWS::AutoScaling::LaunchConfiguration': ['the name', 'Every change makes another one.'],
  'AWS::AutoScaling::ScalingPolicy': [
    'the ARN',
    'Simple policies and policies by steps. One from which a property is taken is made anew.',
  ],
  'AWS::AutoScaling::ScheduledAction': ['the name', 'Times are written as `2014-03-01T00:00:00Z`.'],
  'AWS::CloudFormation::Stack': ['the stack id', 'Attributes are the outputs of the stack within.'],
  'AWS::CloudFormation::WaitCondition': [
    'the key of the object that signals are put to',
    'It needs a `Handle` and a `Timeout` of at most 43200 seconds, or a creation policy. It is complete when signals with `Count` different `UniqueId`s have been put. It cannot be changed.',
  ],
  'AWS::CloudFormation::WaitConditionHandle': [
    'a signed URL, good for twelve hours',
    'Whoever has the URL can put a signal there, and nothing else: `curl -T signal.json URL`. See [below](#signals).',
  ],
  'AWS::CloudWatch::Alarm': ['the name', 'A name that an alarm has already is refused.'],
  'AWS::EC2::EIP': [
    'the address',
    'In a classic cloud there is no `AllocationId`, and addresses have no tags: `Domain: vpc` and tags are refused. Elsewhere an address that a NAT gateway has is released once that is gone.',
  ],
  'AWS::EC2::EIPAssociation': ['a name', 'An address that has gone to another instance since stays there.'],
  'AWS::EC2::Instance': [
    'the instance id',
    'It is complete when it runs and its `Volumes` are attached; with a creation policy, when it has signalled as well. What interrupts it, stops it and starts it again; an instance whose root is instance store cannot be stopped and is replaced. In a classic cloud properties of VPCs are refused.',
  ],
  'AWS::EC2::KeyPair': [
    'the name',
    'Of a public key that somebody has: there is no parameter store that would keep the private half of a new one.',
  ],
  'AWS::EC2::SecurityGroup': [
    'the name, or the id where the template has a `VpcId`',
    'With `SecurityGroupEgress` the rule that lets everything out goes; in a classic cloud it is refused. A source group may be another account’s, by `SourceSecurityGroupOwnerId` and `SourceSecurityGroupName`, as a load balancer’s is. It is removed once nothing runs in it.',
  ],
  'AWS::EC2::SecurityGroupEgress': [
    'a name',
    'It takes the place of the rule that lets everything out, if that is the only one. Refused in a classic cloud.',
  ],
  'AWS::EC2::SecurityGroupIngress': ['a name', ''],
  'AWS::EC2::CustomerGateway': ['the id', ''],
  'AWS::EC2::DHCPOptions': ['the id', ''],
  'AWS::EC2::InternetGateway': ['the id', ''],
  'AWS::EC2::NatGateway': [
    'the id',
    'It is complete when it is available. Its VPC needs an internet gateway by then: let it depend on the attachment.',
  ],
  'AWS::EC2::NetworkAcl': ['the id', ''],
  'AWS::EC2::NetworkAclEntry': ['a name', ''],
  'AWS::EC2::NetworkInterface': ['the id', ''],
  'AWS::EC2::NetworkInterfaceAttachment': [
    'the id of the attachment',
    'Unless `DeleteOnTermination` says otherwise, the interface ends with the instance.',
  ],
  'AWS::EC2::Route': ['a name', ''],
  'AWS::EC2::RouteTable': ['the id', ''],
  'AWS::EC2::Subnet': ['the id', 'It is removed once nothing is in it.'],
  'AWS::EC2::SubnetNetworkAclAssociation': [
    'the id of the association',
    'Without it the subnet has its VPC’s default list again.',
  ],
  'AWS::EC2::SubnetRouteTableAssociation': ['the id of the association', ''],
  'AWS::EC2::VPC': ['the id', 'It is removed once nothing is in it.'],
  'AWS::EC2::VPCCidrBlock': ['the id of the association', 'Subnets of the block need a `DependsOn` of it.'],
  'AWS::EC2::VPCDHCPOptionsAssociation': ['a name', 'Without it the VPC has the account’s first set again.'],
  'AWS::EC2::VPCGatewayAttachment': ['a name', 'One kind of gateway must be named.'],
  'AWS::EC2::VPCPeeringConnection': [
    'the id',
    'Between VPCs of one account it is accepted at once; another account is waited for.',
  ],
  'AWS::EC2::VPNConnection': ['the id', 'It is complete when it is available.'],
  'AWS::EC2::VPNConnectionRoute': ['a name', ''],
  'AWS::EC2::VPNGateway': ['the id', ''],
  'AWS::EC2::VPNGatewayRoutePropagation': ['a name', 'Let it depend on the gateway’s attachment to the VPC.'],
  'AWS::EC2::Volume': [
    'the volume id',
    'With `DeletionPolicy: Snapshot` a snapshot is taken before it goes. It can grow where it is.',
  ],
  'AWS::EC2::VolumeAttachment': ['a name', 'It cannot be changed.'],
  'AWS::ElasticLoadBalancing::LoadBalancer': [
    'the name',
    'A name that is made up is cut to 32 characters. A name that is there already is refused.',
  ],
  'AWS::IAM::AccessKey': ['the access key id', 'The secret is kept sealed with the stack.'],
  'AWS::IAM::Group': ['the name', ''],
  'AWS::IAM::InstanceProfile': ['the name', ''],
  'AWS::IAM::ManagedPolicy': ['the ARN', 'A document that changes takes the place of the one before it.'],
  'AWS::IAM::Policy': ['a name', 'It is put to each of the groups, roles and users.'],
  'AWS::IAM::Role': ['the name', ''],
  'AWS::IAM::User': ['the name', 'A user who was given more by hand is not removed.'],
  'AWS::IAM::UserToGroupAddition': ['a name', ''],
  'AWS::S3::Bucket': [
    'the name',
    'A name that is there already is refused. A bucket that is not empty is not removed. Lifecycle rules expire objects and end uploads.',
  ],
  'AWS::S3::BucketPolicy': ['a name', ''],
}

const changes = {
  'no-interruption': 'as it runs',
  'some-interruption': 'interrupts it',
  replacement: 'another one',
  refused: 'refused',
}

const kindOf = ({ kind, item }) =>
  kind === 'list' || kind === 'map' ? `${kind} of ${item ? kindOf(item) : 'anything'}` : kind

/** Those within, by their path. */
const rows = (table, path, onChange) =>
  Object.entries(table).flatMap(([name, property]) => {
    const place = [...path, name].join('.')
    const own = path.length === 0 ? (property.onChange ?? 'replacement') : onChange
    const within = property.members ?? property.item?.members
    const change = path.length === 0 ? changes[own] : ''
    return [
      `| \`${place}\` | ${kindOf(property)} | ${property.required ? 'yes' : ''} | ${change} |\n`,
      ...(within ? rows(within, [...path, name], own) : []),
    ]
  })

const facts = type => [
  ...(type.takesTags ? ['It has the tags of the stack.'] : []),
  ...(type.needsCapability ? ['It asks for `CAPABILITY_IAM`.'] : []),
  ...(type.takesSignals ? ['It can wait for signals (`CreationPolicy`).'] : []),
]

const sectionOf = type => {
  const [ref, remark] = remarks[type.name] ?? ['a name', '']
  const attributes = type.attributes.map(name => `\`${name}\``).join(', ')
  const table = rows(type.properties, [])
  return [
    `## ${type.name}\n\n`,
    `${[remark, ...facts(type)].filter(text => text !== '').join(' ')}\n\n`.replace(/^\n+/, ''),
    `\`Ref\` gives ${ref}.${attributes && ` \`Fn::GetAtt\`: ${attributes}.`}\n\n`,
    table.length > 0
      ? `| property | kind | required | changed |\n|---|---|---|---|\n${table.join('')}\n`
      : 'It has no properties.\n\n',
  ].join('')
}

const head = `# Resources of stacks

What a template can make, from the table in \`src/engine/cloudformation/resources\`. How templates are written is in
[Templates](cloudformation-templates.md).

Each type is made, changed and removed by the operations of its service, with the permissions of whoever orders the stack, and
what a service refuses is the reason that the stack shows. Names that are made up are \`STACK-LOGICALID-\` and 13 letters and
digits. Numbers and truth values may be written as texts. *Changed* tells what becomes of the resource when an update changes the
property: it is changed as it runs, it is interrupted, another one takes its place, or the update is refused.

What has tags is given \`aws:cloudformation:logical-id\`, \`aws:cloudformation:stack-id\` and \`aws:cloudformation:stack-name\`, the
tags of the stack, and those of the template, which win; users and roles get the last two kinds alone.

In a classic cloud, EC2 refuses what is of a VPC (\`AWS::EC2::VPC\` and what belongs to it).

`

const signals = `## Signals

A signal is a JSON object:

\`\`\`
{"Status": "SUCCESS", "UniqueId": "web-1", "Data": "it answers", "Reason": "configured"}
\`\`\`

\`Status\` is \`SUCCESS\` or \`FAILURE\`, \`UniqueId\` tells one sender from another, \`Data\` is a text. What is put otherwise, or is
longer than 102400 bytes, is passed over. The attribute \`Data\` of the wait condition is a JSON object with the data by the
senders’ names. One failure fails the condition.
`

export const resourcePage = () => {
  const sorted = [...resourceTypes].sort((a, b) => (a.name < b.name ? -1 : 1))
  const list = sorted.map(({ name }) => `- [${name}](#${name.toLowerCase().replaceAll(':', '')})\n`).join('')
  return `${head}${list}\n${sorted.map(sectionOf).join('')}${signals}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(root, page), resourcePage())
