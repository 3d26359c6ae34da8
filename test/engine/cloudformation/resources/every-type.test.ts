// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { resourceTypes } from '../../../../src/engine/cloudformation/resources'
import { checkedProperties } from '../../../../src/engine/cloudformation/template'
import { type Cloud, cloud } from '../../../support/cloud'
import { haveRootSnapshot, registerEbs } from '../../ec2/ebs-machine'
import { apart, cases } from './cases'
import { networkCases } from './network-cases'
import { everything, type Resource, typeNamed, workshop } from './workshop'

describe('every type of resource', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  it('every type has a case, or tests of its own', () => {
    // That of nested stacks is tested with stacks.
    const own = new Set([
      ...cases.map(({ type }) => type),
      ...Object.keys(apart),
      ...networkCases.map(({ type }) => type),
      'AWS::CloudFormation::Stack',
    ])
    const names = resourceTypes.map(({ name }) => name)
    assert.deepEqual(
      names.filter(name => !own.has(name)),
      [],
    )
  })

  it('of every type just those properties are required that the reference names', () => {
    const required = [
      ...cases.map(one => [one.type, one.required] as const),
      ...Object.entries(apart).map(([type, names]) => [type, names] as const),
      ...networkCases.flatMap(({ type, required }) => (required ? [[type, required] as const] : [])),
    ]
    for (const [name, names] of required) {
      const { properties } = typeNamed(name)
      const found = Object.entries(properties).flatMap(([name, { required }]) => (required ? [name] : []))
      assert.deepEqual(found.sort(), [...names].sort(), name)
    }
  })

  it('each is refused without any one of its required properties', () => {
    const around = { image: 'emi-11111111', ref: (type: string) => type }
    for (const one of cases) {
      for (const missing of one.required) {
        const { [missing]: _, ...rest } = one.properties(around)
        assert.throws(() => checkedProperties(typeNamed(one.type), rest), { message: new RegExp(missing) })
      }
    }
  })

  it('each is made, named and known as its type says, is removed again, and nothing is left', async () => {
    const image = await registerEbs(c, await haveRootSnapshot(c))
    const before = everything(c)
    const shop = workshop(c)
    const made: Resource[] = []
    const ref = (type: string): string =>
      made.find(one => one.type.name === type)?.made.ref ?? assert.fail(`${type} is not made yet`)
    for (const one of cases) {
      const logicalId = one.type.split('::')[2] ?? ''
      const resource = await shop.make(logicalId, one.type, one.properties({ image, ref }))
      made.push(resource)
      assert.match(resource.made.physicalId, one.physicalId, one.type)
      const known = Object.entries(resource.made.attributes)
      const attributes = one.attributes ?? resource.type.attributes
      assert.deepEqual(known.map(([name]) => name).sort(), [...attributes].sort(), one.type)
      for (const [name, value] of known) assert.ok(value.length > 0, `${one.type} has no ${name}`)
    }
    for (const resource of made.reverse()) await shop.remove(resource)
    assert.deepEqual(everything(c), before)
  })

  it('each can be removed when all of it has been taken away by hand, and once more', async () => {
    const image = await registerEbs(c, await haveRootSnapshot(c))
    const before = everything(c)
    const shop = workshop(c)
    const made: Resource[] = []
    const ref = (type: string): string => made.find(one => one.type.name === type)?.made.ref ?? ''
    for (const one of cases) {
      const logicalId = one.type.split('::')[2] ?? ''
      made.push(await shop.make(logicalId, one.type, one.properties({ image, ref })))
    }
    for (const resource of [...made].reverse()) await shop.remove(resource)
    for (const resource of made) await shop.remove(resource)
    assert.deepEqual(everything(c), before)
  })
})
