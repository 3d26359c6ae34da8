// SPDX-License-Identifier: BSD-2-Clause
// What the original's types of values take and refuse: a declared type is judged by what it does with these texts.
import { isDeepStrictEqual } from 'node:util'
import type { Argument } from '../../src/cli/options'
import type { ReferenceOption } from './reference'

interface Sample {
  readonly taken: string
  /** What it is read as, where that is as simple as here; a value that a request is made of may have any form. */
  readonly as?: unknown
  readonly refused?: string
}

const samples: Readonly<Record<string, Sample>> = {
  int: { taken: ' 5', refused: '5.5' },
  float: { taken: '5.5', refused: 'five' },
  filesize: { taken: '10k', as: 10240, refused: '10x' },
  'hex-int': { taken: '0xAB', as: 'ab'.padStart(32, '0'), refused: 'xyz' },
  flexible_bool: { taken: 'Yes', as: true, refused: 'perhaps' },
  'list of str': { taken: 'a, b,,c', as: ['a', 'b', 'c'] },
  'list of int': { taken: '80, 443', as: [80, 443], refused: '80,http' },
  'list of instance_id': { taken: 'i-1,i-2', as: [{ InstanceId: 'i-1' }, { InstanceId: 'i-2' }] },
  'list of elb_policy_key_value': {
    taken: 'a = b',
    as: [{ AttributeName: 'a', AttributeValue: 'b' }],
    refused: 'a',
  },
  'list of cloudwatch_dimension': { taken: 'a=b', as: [{ Name: 'a', Value: 'b' }], refused: 'a' },
  'list of ec2_block_device_mapping': { taken: '/dev/sdb=ephemeral0', refused: '/dev/sdb' },
  manifest_block_device_mappings: {
    taken: 'ami=sda1, root=/dev/sda1',
    as: { ami: 'sda1', root: '/dev/sda1' },
    refused: 'ami',
  },
  ec2_block_device_mapping: { taken: '/dev/sdb=:10:false', refused: '/dev/sdb=:ten' },
  min_ec2_block_device_mapping: { taken: '/dev/sdb=::true', refused: '/dev/sdb=:10:true' },
  vpc_interface: { taken: ':0:subnet-12345678', refused: ':zero' },
  dhcp_option: { taken: 'ntp-servers=192.0.2.1,192.0.2.2', refused: 'ntp-servers' },
  binary_tag_def: { taken: 'a', as: { Key: 'a', Value: '' }, refused: '=b' },
  ternary_tag_def: { taken: 'a', as: { Key: 'a' }, refused: '=b' },
  tag_key_only: { taken: 'a', as: { Key: 'a' } },
  autoscaling_tag_def: { taken: 'k=a,v=b,p=true', refused: 'v=b' },
  autoscaling_filter_def: { taken: 'key=a,value=b', refused: 'key' },
  listener: { taken: 'protocol=http,lb-port=80,instance-port=8080', refused: 'protocol=http,lb-port=80' },
  key_value: { taken: 'a=b', refused: 'a' },
  elb_policy_attribute: {
    taken: 'value=b,name=a',
    as: { AttributeName: 'a', AttributeValue: 'b' },
    refused: 'name=a',
  },
  parameter_list: { taken: 'a=b;c=', refused: 'a' },
  'append:.manifest.xml': { taken: 'image', as: 'image.manifest.xml' },
}

/** The name that the reference has for an option's type; empty for any text. */
export const typeName = ({ type }: ReferenceOption): string => {
  if (type === undefined || type === null) return ''
  return typeof type === 'string' ? type : `list of ${type.list}`
}

const attempt = (
  argument: Argument,
  text: string,
): { readonly value?: unknown; readonly error?: unknown } => {
  if (typeof argument.type !== 'function') return {}
  try {
    return { value: argument.type(text) }
  } catch (error) {
    return { error }
  }
}

/** What a declared type does otherwise than the original's of this name. Types of files are the command's to read. */
export const misread = (name: string, argument: Argument): string[] => {
  const sample = samples[name]
  if (!sample || argument.type === 'int' || argument.type === 'float') return []
  if (typeof argument.type !== 'function') return [`its values are not read as ${name}`]
  const { value, error } = attempt(argument, sample.taken)
  if (error !== undefined) return [`refuses "${sample.taken}", which is ${name}`]
  if (sample.as !== undefined && !isDeepStrictEqual(value, sample.as))
    return [`reads "${sample.taken}" as ${JSON.stringify(value)}, not as ${JSON.stringify(sample.as)}`]
  const isRefused = sample.refused === undefined || attempt(argument, sample.refused).error !== undefined
  return isRefused ? [] : [`takes "${sample.refused}", which is no ${name}`]
}

/** The types whose values a command reads as files or passes on; their samples are in tests of those commands. */
export const untried = ['open-file', 'file_contents', 'b64encoded_file_contents', 'base64']

export const isTried = (name: string): boolean => name === '' || name in samples || untried.includes(name)
