// SPDX-License-Identifier: BSD-2-Clause
// Tags of users and roles. As with AWS they get those of the stack, and none of the cloud's own.
import type { Made, Work } from './contracts'
import { keysGiven, type OwnTag, parted } from './ec2-tags'
import { iamCall } from './identity-policies'

export const tagIdentity = (
  work: Work,
  kind: 'User' | 'Role',
  name: string,
  own: readonly OwnTag[] | undefined,
  before?: Made,
): { readonly tagKeys: readonly string[] } => {
  const { ofUser } = parted(work, own)
  const tagKeys = ofUser.map(({ Key }) => Key)
  const TagKeys = keysGiven(before).filter(key => !tagKeys.includes(key))
  if (TagKeys.length > 0) iamCall(work, `Untag${kind}`, { [`${kind}Name`]: name, TagKeys })
  if (ofUser.length > 0) iamCall(work, `Tag${kind}`, { [`${kind}Name`]: name, Tags: ofUser })
  return { tagKeys }
}
