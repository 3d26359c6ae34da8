// SPDX-License-Identifier: BSD-2-Clause
// Types of parameters (engine-cloudformation-cloudwatch, part 1 §4).

const ofResources = [
  'AWS::EC2::AvailabilityZone::Name',
  'AWS::EC2::Image::Id',
  'AWS::EC2::Instance::Id',
  'AWS::EC2::KeyPair::KeyName',
  'AWS::EC2::SecurityGroup::Id',
  'AWS::EC2::SecurityGroup::GroupName',
  'AWS::EC2::Subnet::Id',
  'AWS::EC2::Volume::Id',
  'AWS::EC2::VPC::Id',
]

/** In the order in which the service lists them. */
export const parameterTypes: readonly string[] = [
  ...['String', 'Number', 'CommaDelimitedList'],
  ...ofResources,
  ...['String', 'Number', ...ofResources].map(type => `List<${type}>`),
]

/** A list of its own kind: it takes none of the constraints that texts and numbers have. */
export const isCommaDelimited = (type: string): boolean => type === 'CommaDelimitedList'

/** The type of one value of a list, and of the only one of all others. */
export const itemTypeOf = (type: string): string => {
  const [, item] = /^List<(.*)>$/.exec(type) ?? []
  return item ?? (isCommaDelimited(type) ? 'String' : type)
}

export const isListType = (type: string): boolean => isCommaDelimited(type) || type.startsWith('List<')

/** The values that a parameter's text stands for: one, or those between commas without the blanks around them. */
export const valuesIn = (type: string, text: string): readonly string[] =>
  isListType(type) ? text.split(',').map(item => item.trim()) : [text]
