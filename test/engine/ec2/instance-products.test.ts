// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { ConfirmProductInstanceCommand, ModifyImageAttributeCommand } from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { refused } from './expect'
import { haveInstance } from './instance'

describe('product codes of instances', () => {
  let c: Cloud
  let vendor: Clients
  let user: Clients
  beforeEach(async () => {
    c = await cloud()
    vendor = await c.account('vendor')
    user = await c.account('user')
    const imageId = await registerTiny(c, { disk: ext4Disk('sold') }, { VirtualizationType: 'hvm' }, vendor)
    await vendor.ec2().send(new ModifyImageAttributeCommand({ ImageId: imageId, ProductCodes: ['abc'] }))
    haveInstance(c, { id: 'i-00000001', account: user.accountId, imageId, productCodes: ['abc'] })
  })
  afterEach(() => c.close())

  const confirm = async (InstanceId: string, ProductCode: string, who: Clients) => {
    const { Return, OwnerId } = await who
      .ec2()
      .send(new ConfirmProductInstanceCommand({ InstanceId, ProductCode }))
    return { Return, OwnerId }
  }

  it('tell the owner of the image whose instance it is', async () => {
    assert.deepEqual(await confirm('I-00000001', 'abc', vendor), { Return: true, OwnerId: user.accountId })
  })

  it('tell administrators of the cloud, too', async () => {
    assert.deepEqual(await confirm('i-00000001', 'abc', c), { Return: true, OwnerId: user.accountId })
    assert.deepEqual(await confirm('i-00000001', 'xyz', c), { Return: false, OwnerId: undefined })
  })

  it('tell the owner of an instance nothing of a code that is not his', async () => {
    assert.deepEqual(await confirm('i-00000001', 'abc', user), { Return: false, OwnerId: undefined })
  })

  it('are unknown of instances that are not the vendor’s business', async () => {
    await refused(confirm('i-00000001', 'xyz', vendor), 'InvalidInstanceID.NotFound')
    await refused(confirm('i-00000002', 'abc', vendor), 'InvalidInstanceID.NotFound')
    const alice = await c.account('alice')
    await refused(confirm('i-00000001', 'abc', alice), 'InvalidInstanceID.NotFound')
    await refused(confirm('one', 'abc', alice), 'InvalidInstanceID.Malformed')
  })

  it('are both asked for', async () => {
    await refused(
      vendor.ec2().send(new ConfirmProductInstanceCommand({ InstanceId: 'i-00000001' } as never)),
      'MissingParameter',
    )
  })
})
