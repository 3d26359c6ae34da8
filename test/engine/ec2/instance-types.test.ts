// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  type _InstanceType,
  DescribeInstanceTypesCommand,
  type DescribeInstanceTypesRequest,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import { capacity, instanceTypeNamed, standardTypes } from '../../../src/engine/ec2/capacity'
import {
  DescribeEucalyptusInstanceTypes$,
  type DescribeEucalyptusInstanceTypesInput,
  type DescribeEucalyptusInstanceTypesOutput,
} from '../../../src/schemas/extensions'
import { type Cloud, cloud } from '../../support/cloud'
import { send } from './command'
import { refused } from './expect'
import { haveInstance } from './instance'

describe('instance types', () => {
  let c: Cloud
  let ec2: EC2Client
  beforeEach(async () => {
    c = await cloud()
    ec2 = c.ec2()
  })
  afterEach(() => c.close())

  const eucalyptus = async (input: DescribeEucalyptusInstanceTypesInput = {}, client = ec2) =>
    (await send<DescribeEucalyptusInstanceTypesOutput>(client, DescribeEucalyptusInstanceTypes$, input))
      .InstanceTypeDetails ?? []
  const aws = async (input: DescribeInstanceTypesRequest = {}) =>
    ec2.send(new DescribeInstanceTypesCommand(input))

  it('are Eucalyptus’ table to Eucalyptus’ clients', async () => {
    const types = await eucalyptus()
    assert.equal(types.length, 18)
    assert.deepEqual(types.map(type => type.Name).slice(0, 3), ['t1.micro', 'm1.small', 'm1.medium'])
    const [small] = await eucalyptus({ InstanceTypes: ['m1.small'] })
    assert.equal(small?.Cpu, 1)
    assert.equal(small?.MemoryMib, 256)
    assert.equal(small?.DiskGib, 5)
    assert.equal(small?.NetworkInterfaces, 2)
    assert.deepEqual(small?.Availability ?? [], [])
  })

  it('are the same to AWS’ clients', async () => {
    const { InstanceTypes } = await aws({ InstanceTypes: ['m1.xlarge'] })
    assert.equal(InstanceTypes?.[0]?.InstanceType, 'm1.xlarge')
    assert.equal(InstanceTypes?.[0]?.VCpuInfo?.DefaultVCpus, 2)
    assert.equal(InstanceTypes?.[0]?.MemoryInfo?.SizeInMiB, 1024)
    assert.deepEqual(InstanceTypes?.[0]?.SupportedRootDeviceTypes, ['ebs', 'instance-store'])
    // Terraform takes a type without these for none.
    assert.deepEqual(InstanceTypes?.[0]?.PlacementGroupInfo, { SupportedStrategies: [] })
    assert.equal(InstanceTypes?.[0]?.EbsInfo?.EncryptionSupport, 'unsupported')
    const filtered = await aws({ Filters: [{ Name: 'vcpu-info.default-vcpus', Values: ['16'] }] })
    assert.deepEqual(
      filtered.InstanceTypes?.map(type => type.InstanceType as string),
      ['cc2.8xlarge', 'cg1.4xlarge', 'cr1.8xlarge'],
    )
  })

  it('come in pages in the order of the table', async () => {
    const first = await aws({ MaxResults: 10 })
    const rest = await aws({ MaxResults: 10, NextToken: first.NextToken })
    assert.deepEqual(
      [...(first.InstanceTypes ?? []), ...(rest.InstanceTypes ?? [])].map(
        type => type.InstanceType as string,
      ),
      standardTypes.map(({ name }) => name),
    )
    assert.equal(rest.NextToken, undefined)
  })

  it('that do not exist are refused', async () => {
    await refused(
      aws({ InstanceTypes: ['m7.huge' as _InstanceType] }),
      'InvalidParameterValue',
      "Invalid value 'm7.huge' for InstanceType.",
    )
    await refused(eucalyptus({ InstanceTypes: ['constructor'] }), 'InvalidParameterValue')
  })

  it('show administrators how many instances each zone can still take', async () => {
    const room = async (name: string) =>
      (await eucalyptus({ Availability: true, InstanceTypes: [name] }))[0]?.Availability
    const [one] = (await room('m1.small')) ?? []
    assert.equal(one?.ZoneName, 'PARTI00')
    assert.equal(one?.Available, one?.Max)
    haveInstance(c, { id: 'i-00000001', instanceType: 'm1.xlarge', zone: 'PARTI00' })
    haveInstance(c, { id: 'i-00000002', instanceType: 'm1.small', zone: 'PARTI00', state: 'terminated' })
    haveInstance(c, { id: 'i-00000003', instanceType: 'm1.small', zone: 'PARTI00', state: 'stopped' })
    const [used, untouched] = (await room('m1.small')) ?? []
    assert.equal(used?.Max, one?.Max)
    assert.equal(used?.Available, (one?.Max ?? 0) - 2)
    assert.equal(untouched?.ZoneName, 'PARTI01')
    assert.equal(untouched?.Available, untouched?.Max)
    const alice = (await c.account('alice')).ec2()
    const [hers] = await eucalyptus({ Availability: true, InstanceTypes: ['m1.small'] }, alice)
    assert.deepEqual(hers?.Availability ?? [], [])
  })

  it('are limited by whichever resource is scarcest', () => {
    const room = (name: string) => c.engine.read(tx => capacity(tx, 'PARTI01', instanceTypeNamed(tx, name)))
    c.engine.write(tx => tx.zones.put({ name: 'PARTI01', cpus: 8, memoryMib: 4096, diskGib: 100 }))
    assert.deepEqual(room('m1.small'), { max: 8, available: 8 })
    assert.deepEqual(room('m1.medium'), { max: 8, available: 8 })
    assert.deepEqual(room('m1.xlarge'), { max: 4, available: 4 })
    assert.deepEqual(room('m2.xlarge'), { max: 2, available: 2 })
    assert.deepEqual(room('m2.2xlarge'), { max: 1, available: 1 })
    assert.deepEqual(room('hi1.4xlarge'), { max: 0, available: 0 })
    for (const index of [1, 2, 3, 4, 5, 6, 7, 8]) {
      haveInstance(c, {
        id: `i-0000000${index}`,
        instanceType: 'm1.small',
        zone: 'PARTI01',
        state: 'pending',
      })
    }
    assert.deepEqual(room('m1.small'), { max: 8, available: 0 })
    assert.equal(c.engine.read(tx => instanceTypeNamed(tx)).name, 'm1.small')
  })
})
