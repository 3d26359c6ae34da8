// SPDX-License-Identifier: BSD-2-Clause
// Whose product an instance runs. AWS lets the owner of a product code ask, also about another account's instance, and here
// that is the owner of the image that the instance was made from, as codes belong to images. Eucalyptus always says no.
import type { ConfirmProductInstanceRequest, ConfirmProductInstanceResult } from '@aws-sdk/client-ec2'
import type { Operation, Tx } from '../operation'
import { instanceNamed } from './instance-ids'
import type { Instance } from './schema/instances'

const isVendor = (tx: Tx, { imageId }: Instance): boolean =>
  tx.caller.isCloudAdmin || tx.images.get(imageId)?.account === tx.caller.account

/** Somebody else's instance without the code is as unknown as one that never was. */
export const confirmProductInstance: Operation<
  ConfirmProductInstanceRequest,
  ConfirmProductInstanceResult
> = (tx, { InstanceId, ProductCode }) => {
  const instance = tx.instances.get((InstanceId ?? '').toLowerCase())
  if (instance?.productCodes.includes(ProductCode ?? '') && isVendor(tx, instance)) {
    return { Return: true, OwnerId: instance.account }
  }
  instanceNamed(tx, InstanceId)
  return { Return: false }
}
